/* The map tab: draws the town from one file, and pins and clusters that come over the channel. */
"use strict";

const ROAD_METRES = { main: 13, street: 8, close: 6 };
let colours = {};

function metresPerPixel(map) {
  const lat = map.getCenter().lat * Math.PI / 180;
  return 40075016.686 * Math.cos(lat) / Math.pow(2, map.getZoom() + 8);
}

function layerOf(feature) {
  const p = feature.properties || {};
  if (p.kind === "road") { return p.class || "street"; }
  return p.kind || "other";
}

function styleOf(feature, map, casing) {
  const kind = layerOf(feature);
  const scale = metresPerPixel(map);
  if (ROAD_METRES[kind]) {
    const width = Math.max(kind === "main" ? 3 : 1.2, ROAD_METRES[kind] / scale);
    const main = kind === "main";
    return { color: casing ? (main ? colours.main_line : colours.block) : (main ? colours.main : colours.street),
             weight: width + (casing ? 2 : 0), opacity: 1, fill: false };
  }
  switch (kind) {
    case "water": return feature.geometry.type !== "LineString" ? { stroke: false, fill: true, fillColor: colours.water, fillOpacity: 1 } : { color: colours.water, weight: Math.max(3, (feature.properties.width || 24) / scale), opacity: 1, fill: false };
    case "rail": return { color: colours.railway, weight: Math.max(1.2, 3 / scale), opacity: 1, dashArray: "7 5", fill: false };
    case "park": return { stroke: false, fillColor: colours.park, fillOpacity: 1 };
    case "building": return { stroke: false, fillColor: colours.building, fillOpacity: 1 };
    default: return { stroke: false, fill: false };
  }
}

function textMark(map, at, words, angle, kind) {
  const icon = L.divIcon({ className: "street-name " + kind, iconSize: [0, 0] });
  const mark = L.marker(at, { icon: icon, interactive: false, keyboard: false });
  mark.on("add", () => {
    const box = mark.getElement();
    if (!box) { return; }
    const span = document.createElement("span");
    span.textContent = words;
    span.style.transform = "translate(-50%, -50%) rotate(" + angle + "deg)";
    box.replaceChildren(span);
  });
  return mark;
}

function nameMarks(map, features) {
  const marks = { near: L.layerGroup(), far: L.layerGroup() };
  for (const feature of features) {
    const kind = layerOf(feature);
    const g = feature.geometry;
    const name = (feature.properties || {}).name;
    if (kind === "label" && g.type === "Point") {
      const of = feature.properties.of;
      textMark(map, [g.coordinates[1], g.coordinates[0]], of === "ward" ? name.toUpperCase() : name, 0, of).addTo(of === "ward" ? marks.far : marks.near);
    } else if (name && g.type === "LineString" && g.coordinates.length > 1 && kind !== "rail") {
      const c = g.coordinates;
      const i = Math.floor((c.length - 1) / 2);
      const a = map.project([c[i][1], c[i][0]], 17), b = map.project([c[i + 1][1], c[i + 1][0]], 17);
      let angle = Math.atan2(b.y - a.y, b.x - a.x) * 180 / Math.PI;
      if (angle > 90) { angle -= 180; } else if (angle < -90) { angle += 180; }
      textMark(map, [(c[i][1] + c[i + 1][1]) / 2, (c[i][0] + c[i + 1][0]) / 2], name, angle, kind).addTo(marks.near);
    }
  }
  return marks;
}

function drawTown(map, town) {
  const below = L.canvas({ padding: 0.3 });
  const by = (kinds) => town.features.filter((f) => kinds.includes(layerOf(f)));
  const group = (kinds, casing) => L.geoJSON(by(kinds), {
    renderer: below, interactive: false, style: (f) => styleOf(f, map, casing), pointToLayer: () => null });
  const ground = group(["park", "water"], false).addTo(map);
  const buildings = group(["building"], false);
  const rail = group(["rail"], false).addTo(map);
  const casings = group(["close", "street", "main"], true).addTo(map);
  const roads = group(["close", "street", "main"], false).addTo(map);
  const names = nameMarks(map, town.features);
  const restyle = () => {
    const near = map.getZoom() >= 15;
    if (near && !map.hasLayer(buildings)) { buildings.addTo(map); casings.bringToFront(); roads.bringToFront(); }
    if (!near && map.hasLayer(buildings)) { map.removeLayer(buildings); }
    for (const [layer, casing] of [[ground, false], [rail, false], [casings, true], [roads, false], [buildings, false]]) {
      layer.setStyle((f) => styleOf(f, map, casing));
    }
    const showNear = map.getZoom() >= 16;
    if (showNear !== map.hasLayer(names.near)) { showNear ? names.near.addTo(map) : map.removeLayer(names.near); }
    if (!showNear !== map.hasLayer(names.far)) { showNear ? map.removeLayer(names.far) : names.far.addTo(map); }
  };
  map.on("zoomend", restyle);
  restyle();
  return restyle;
}

function ring(parts, total) {
  /* A ring split by how far the cases are: dark, middle, pale. */
  const size = total > 99 ? 52 : total > 9 ? 44 : 38;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("width", size); svg.setAttribute("height", size);
  svg.setAttribute("viewBox", "0 0 44 44");
  const circle = (r, attributes) => {
    const c = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    c.setAttribute("cx", 22); c.setAttribute("cy", 22); c.setAttribute("r", r);
    for (const name of Object.keys(attributes)) { c.setAttribute(name, attributes[name]); }
    svg.appendChild(c);
  };
  circle(21, { fill: colours.surface, stroke: colours.text, "stroke-width": 1.2 });
  const shades = [1, 0.6, 0.3];
  let from = 0;
  const length = 2 * Math.PI * 17;
  parts.forEach((count, i) => {
    const share = count / total;
    circle(17, { fill: "none", stroke: colours.cases, "stroke-opacity": shades[i], "stroke-width": 6,
                 "stroke-dasharray": (share * length) + " " + length, "stroke-dashoffset": -from * length,
                 transform: "rotate(-90 22 22)" });
    from += share;
  });
  const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
  text.setAttribute("x", 22); text.setAttribute("y", 26.5); text.setAttribute("text-anchor", "middle");
  text.setAttribute("class", "count"); text.setAttribute("fill", colours.text);
  text.textContent = total.toLocaleString("en-GB");
  svg.appendChild(text);
  return [svg, size];
}

function pin(spot) {
  const box = document.createElement("div");
  box.className = "pin";
  const letter = document.createElement("b");
  letter.textContent = "C";
  box.appendChild(letter);
  return box;
}

function knitStart(map) {
  map.setMinZoom(13);
  map.setMaxZoom(19);
  L.control.zoom({ position: "bottomright" }).addTo(map);
  const marks = new Map();
  const layer = L.layerGroup().addTo(map);
  new QWebChannel(qt.webChannelTransport, (channel) => {
    const desk = channel.objects.desk;
    let timer = 0;
    const say = () => {
      const b = map.getBounds(), c = map.getCenter();
      desk.viewport(b.getSouth(), b.getWest(), b.getNorth(), b.getEast(), map.getZoom(), c.lat, c.lng);
    };
    const later = () => { clearTimeout(timer); timer = setTimeout(say, 80); };
    const light = (key) => {
      for (const [keys, mark] of marks) {
        const element = mark.getElement();
        if (element) { element.classList.toggle("lit", key !== "0" && keys.includes(key)); }
        mark.setZIndexOffset(key !== "0" && keys.includes(key) ? 1000 : 0);
      }
    };
    const show = (text) => {
      const spots = JSON.parse(text);
      layer.clearLayers();
      marks.clear();
      for (const spot of spots) {
        const one = spot.keys.length === 1;
        const total = spot.early + spot.middle + spot.late;
        const [body, size] = one ? [pin(spot), 30] : ring([spot.early, spot.middle, spot.late], total);
        const icon = L.divIcon({ className: one ? "knit-pin" : "knit-ring", html: body, iconSize: [size, size],
                                 iconAnchor: one ? [15, 36] : [size / 2, size / 2] });
        const mark = L.marker([spot.lat, spot.lon], { icon: icon, title: spot.title, alt: spot.title, keyboard: false });
        mark.on("click", () => {
          if (one) { desk.opened(spot.keys[0]); }
          else { map.setView([spot.lat, spot.lon], Math.min(19, map.getZoom() + 2)); }
        });
        mark.on("mouseover", () => desk.hovered(spot.keys[0] || "0"));
        mark.on("mouseout", () => desk.hovered("0"));
        mark.addTo(layer);
        marks.set(spot.keys, mark);
      }
      document.body.dataset.spots = String(spots.length);
      document.body.dataset.cases = String(spots.reduce((n, s) => n + s.early + s.middle + s.late, 0));
    };
    const dress = (text, restyle) => {
      colours = JSON.parse(text);
      for (const name of Object.keys(colours)) { document.documentElement.style.setProperty("--" + name.replace("_", "-"), colours[name]); }
      if (restyle) { restyle(); }
    };
    desk.look((text) => {
      dress(text, null);
      fetch("knit://map/citytown.geojson").then((answer) => answer.json()).catch(() => ({ features: [] })).then((town) => {
        const restyle = drawTown(map, town);
        document.body.dataset.ground = String(town.features.length);
        desk.themed.connect((other) => { dress(other, restyle); say(); });
        desk.shown.connect(show);
        desk.lit.connect(light);
        desk.moved.connect((lat, lon, zoom) => map.setView([lat, lon], zoom || map.getZoom()));
        map.on("moveend zoomend resize", later);
        document.body.dataset.ready = "yes";
        say();
      });
    });
  });
}

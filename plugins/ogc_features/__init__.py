"""OGC API Features: collections of things on the ground, such as bins, trees and lamps, from any server that speaks it."""

"""`python -m desktop.host`: the component host."""

from desktop.host.process import run_host

raise SystemExit(run_host())

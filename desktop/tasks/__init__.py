"""Operations between Qt and the rest: threads, queued answers, one signal for what changed. QtCore only."""

"""Operations between Qt and the services: threads, queues, one signal back."""

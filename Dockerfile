# The site's image, for the web processes and the commands. docker-compose.yml runs it, see docs/operations.md.

FROM python:3.13-slim-trixie AS build
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 STATIC_ROOT=/app/collected
COPY requirements/base.lock requirements/
# Install only wheels, so that no stage needs a compiler.
RUN python -m venv --without-pip /opt/venv \
    && pip --python /opt/venv/bin/python install --no-cache-dir --disable-pip-version-check \
        --no-deps --require-hashes --only-binary :all: -r requirements/base.lock
COPY manage.py ./
COPY council council/
COPY agenda agenda/
COPY meetings meetings/
COPY templates templates/
COPY static static/
COPY docs/editors.md docs/
COPY docs/img docs/img/
COPY deploy/probe.py deploy/
# The site's user must be able to read all files, whatever the umask of the checkout was.
RUN VAR_DIR=/tmp/build python manage.py collectstatic --no-input \
    && python -m compileall -q /opt/venv council agenda meetings \
    && chmod -R a+rX /app

FROM python:3.13-slim-trixie
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Council agendas" \
    org.opencontainers.image.description="Publishes the agendas of meetings of the Council of the European Union" \
    org.opencontainers.image.licenses="EUPL-1.2" \
    org.opencontainers.image.revision=$REVISION
# The site needs tzdata for correct times. The base image contains it. If that ever changes, the build fails here.
RUN python -c 'from zoneinfo import ZoneInfo; ZoneInfo("Europe/Brussels")' \
    && groupadd --gid 10001 council \
    && useradd --uid 10001 --gid council --no-create-home --shell /usr/sbin/nologin council
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
# A new volume takes the owner of its folder. Nothing else here belongs to the site's user.
RUN mkdir /app/media /app/dump && chown council:council /app/media /app/dump
WORKDIR /app
# With PostgreSQL and SECRET_KEY, nothing is written to VAR_DIR. In a container with a read-only root, only /tmp is
# writable.
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 STATIC_ROOT=/app/collected VAR_DIR=/tmp/var \
    MEDIA_ROOT=/app/media DUMP_ROOT=/app/dump
# Threads of a worker share two pools of memory. With a pool for each thread, a worker needs a tenth more.
ENV MALLOC_ARENA_MAX=2
# You can set each of these for a container too. Threads wait for the database, and processes use the processors: start
# with one worker for each processor and four threads in each. Each thread keeps one connection to the database.
# A worker that dies is restarted, and so is one that has had more than 400 MB for a minute: something that somebody asked
# for needed it, and Python does not always give it back. On a stop signal, workers have 30 seconds to finish their
# requests.
# Up to 1024 connections can wait for a worker while all are busy, or while one is restarted.
ENV GRANIAN_INTERFACE=wsgi GRANIAN_HTTP=1 GRANIAN_WEBSOCKETS=false GRANIAN_HOST=0.0.0.0 GRANIAN_PORT=8000 \
    GRANIAN_WORKERS=2 GRANIAN_BLOCKING_THREADS=4 GRANIAN_BACKLOG=1024 \
    GRANIAN_RESPAWN_FAILED_WORKERS=true GRANIAN_WORKERS_KILL_TIMEOUT=30 REQUEST_TIMEOUT=120 \
    GRANIAN_WORKERS_MAX_RSS=400 GRANIAN_RSS_SAMPLES=2
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --start-interval=1s CMD ["python", "deploy/probe.py", "/healthz"]
CMD ["granian", "council.wsgi:application"]

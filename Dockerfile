# The site's image: the web process and its commands. docker-compose.yml runs it; docs/operations.md tells how.

FROM python:3.13-slim-trixie AS build
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 STATIC_ROOT=/app/collected
COPY requirements/base.lock requirements/
# Wheels only, so that nothing is compiled here and no stage needs a compiler.
RUN python -m venv --without-pip /opt/venv \
    && pip --python /opt/venv/bin/python install --no-cache-dir --disable-pip-version-check \
        --no-deps --require-hashes --only-binary :all: -r requirements/base.lock
COPY manage.py ./
COPY council council/
COPY agenda agenda/
COPY meetings meetings/
COPY templates templates/
COPY static static/
COPY deploy/probe.py deploy/
# Whatever the checkout's umask was, the site's user reads all of it.
RUN VAR_DIR=/tmp/build python manage.py collectstatic --no-input \
    && python -m compileall -q /opt/venv council agenda meetings \
    && chmod -R a+rX /app

FROM python:3.13-slim-trixie
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Council agendas" \
    org.opencontainers.image.description="Publishes the agendas of meetings of the Council of the European Union" \
    org.opencontainers.image.licenses="EUPL-1.2" \
    org.opencontainers.image.revision=$REVISION
# The base image brings Debian's tzdata, and no hour is right without it: if that ever changes, the build fails here.
RUN python -c 'from zoneinfo import ZoneInfo; ZoneInfo("Europe/Brussels")' \
    && groupadd --gid 10001 council \
    && useradd --uid 10001 --gid council --no-create-home --shell /usr/sbin/nologin council
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
# VAR_DIR is not written with PostgreSQL and SECRET_KEY; only /tmp may be, in a container with a read-only root.
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 STATIC_ROOT=/app/collected VAR_DIR=/tmp/var
# Each of these can be set for a container too. Threads wait for the database, processes use the processors: start with
# a worker for each processor and four threads in each. Each thread keeps one connection to the database.
# A worker that dies is started again. On a stop signal workers finish what they began, for 30 seconds at most.
# 1024 connections may wait for a worker while all are busy, or while one that died is started again.
ENV GRANIAN_INTERFACE=wsgi GRANIAN_HTTP=1 GRANIAN_WEBSOCKETS=false GRANIAN_HOST=0.0.0.0 GRANIAN_PORT=8000 \
    GRANIAN_WORKERS=2 GRANIAN_BLOCKING_THREADS=4 GRANIAN_BACKLOG=1024 \
    GRANIAN_RESPAWN_FAILED_WORKERS=true GRANIAN_WORKERS_KILL_TIMEOUT=30
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --start-interval=1s CMD ["python", "deploy/probe.py", "/healthz"]
CMD ["granian", "council.wsgi:application"]

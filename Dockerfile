# One image for every role; docker-compose.yml gives each its command and its secrets.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/amparo
COPY requirements-production.lock /tmp/requirements.lock
RUN /opt/amparo/bin/pip install --require-hashes --only-binary :all: --requirement /tmp/requirements.lock

FROM python:3.11-slim-bookworm
ENV PATH=/opt/amparo/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=config.settings
RUN groupadd --gid 10001 amparo && useradd --uid 10001 --gid amparo --no-create-home --shell /usr/sbin/nologin amparo
COPY --from=build /opt/amparo /opt/amparo
WORKDIR /srv/amparo
COPY . .
# Collected here, so that the running container writes nothing beside its code.
ENV AMPARO_STATIC=/srv/static
RUN python -m config.launcher dry-env -- python manage.py collectstatic --noinput --verbosity 0 \
    && mkdir -p /var/lib/amparo && chown amparo:amparo /var/lib/amparo
ENV AMPARO_STATE=/var/lib/amparo
VOLUME /var/lib/amparo
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-m", "config.launcher.ask", "http://127.0.0.1:8000/readyz"]
CMD ["gunicorn", "config.wsgi:application", "--bind=0.0.0.0:8000", "--workers=2", "--threads=16", "--preload", "--worker-tmp-dir=/dev/shm", "--no-control-socket"]

FROM python:3.13-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_PYTHON=/opt/gateway/bin/python
WORKDIR /src
# The dependencies change seldom and have a layer of their own. pip itself stays out of the environment.
COPY requirements.lock ./
RUN python -m venv --without-pip /opt/gateway && \
    pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY app ./app
RUN pip install --no-build-isolation --no-deps .


FROM python:3.13-slim-trixie
LABEL org.opencontainers.image.title="Signup Gateway for WHMCS" \
      org.opencontainers.image.description="Takes the sign-up form of any website and makes the client in WHMCS, exactly once." \
      org.opencontainers.image.licenses="MIT"
RUN groupadd --gid 10001 gateway && \
    useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin gateway && \
    install --directory --owner 10001 --group 10001 --mode 0700 /data
COPY --from=build /opt/gateway /opt/gateway
# pip compiled every module above, so nothing is written at run time but /data, and /tmp by chance.
ENV PATH=/opt/gateway/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    GATEWAY_DATABASE_URL=sqlite:////data/gateway.db \
    GATEWAY_SITES_FILE=/etc/gateway/sites.toml
USER 10001:10001
VOLUME /data
EXPOSE 8000
# Not by urllib, which would ask a proxy of the environment.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "from http.client import HTTPConnection as To; to = To('127.0.0.1', 8000, timeout=4); to.request('GET', '/healthz'); exit(to.getresponse().status != 200)"]
ENTRYPOINT ["gateway"]
CMD ["serve", "--host", "0.0.0.0"]

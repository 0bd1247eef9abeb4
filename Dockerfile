# learnd as an image: docker build -t learnd . && docker run -v learnd:/var/lib/learnd -v ./config:/etc/learnd:ro learnd
# Any Debian 12 will do as the base.
ARG BASE=docker.io/library/debian:12-slim

FROM ${BASE} AS build
WORKDIR /src
COPY .ci/packages.txt .ci/packages.sh .ci/
RUN apt-get update && sh .ci/packages.sh run build
COPY . .
RUN make build && strip --strip-debug -o /learnd build/release/learnd

FROM ${BASE}
COPY .ci/packages.txt .ci/packages.sh /tmp/.ci/
RUN cd /tmp && apt-get update && sh .ci/packages.sh run image && apt-get clean && rm -rf /var/lib/apt/lists/* .ci \
    && useradd --system --uid 999 --home-dir /var/lib/learnd --create-home --shell /usr/sbin/nologin learnd
COPY --from=build /learnd /usr/local/bin/learnd
# The example organisation, so that the image says something as it is; mount your own folder over it.
COPY config /etc/learnd
ENV LEARND_CONFIG=/etc/learnd LEARND_DATABASE=/var/lib/learnd/learnd.db
USER learnd
VOLUME /var/lib/learnd
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["learnd", "doctor", "--alive"]
ENTRYPOINT ["learnd"]
CMD ["run"]

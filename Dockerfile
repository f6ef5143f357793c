# Every program of the shop comes from this one file:
#
#   docker build --build-arg SERVICE=cart-service --target service .
#   docker build --target setup .         what runs once: the broker's definitions, the demo catalogue
#   docker build --target development .   the packages and the compiler; docker-compose.dev.yml mounts the folders into it
#
# A stage is taken from the cache as long as what it copies is the same: packages are installed anew only when a
# package.json or the lock changes, whatever happens to the sources.

FROM node:24.19.0-bookworm-slim AS base
# tini is process 1: it passes signals on and takes leave of orphans, which node does not.
RUN apt-get update \
  && apt-get install -y --no-install-recommends tini \
  && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
# A volume that is mounted over one of these takes over that it is node's.
RUN mkdir -p /var/lib/micromall/broker /var/lib/micromall/sandbox /var/lib/micromall/seed \
  && chown -R node:node /var/lib/micromall
WORKDIR /app
ENV NODE_ENV=development \
  HOST=0.0.0.0 \
  OPERATIONS_HOST=0.0.0.0 \
  OPERATIONS_PORT=9100
ENTRYPOINT ["/usr/bin/tini", "--"]
# Asks as a browser would, with what bash has built in: an image needs no curl for it, and a node started every few
# seconds would cost more than the service itself.
HEALTHCHECK --interval=5s --timeout=5s --start-period=180s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${OPERATIONS_PORT} && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && read -r status <&3 && [[ $status == *' 200 '* ]]"]

# npm wants the package.json of every workspace, even to install one of them. Whoever copies from this stage is not
# built anew when something else changes.
FROM base AS manifests
RUN --mount=type=bind,target=/source cd /source \
  && find . -name package.json -exec cp --parents {} /app/ \; \
  && cp package-lock.json .npmrc /app/

# Everything with the compiler. TypeScript 7 takes four gigabytes with its defaults, and half of one like this.
FROM base AS development
RUN chown node:node /app
USER node
COPY --chown=node:node --from=manifests /app/ ./
RUN --mount=type=cache,target=/home/node/.npm,uid=1000,gid=1000 npm ci
COPY --chown=node:node tsconfig.base.json ./
COPY --chown=node:node contracts ./contracts
COPY --chown=node:node platform ./platform
RUN npx tsc -b --builders 1 --checkers 1 platform

# One workspace, compiled on top of what all of them import: a changed line of one service compiles that service alone.
FROM development AS compiled
ARG SERVICE
COPY --chown=node:node ${SERVICE} ./${SERVICE}
RUN npx tsc -b --builders 1 --checkers 1 "${SERVICE:?which service?}"
# What runs: no sources, no types, no maps.
USER root
RUN rm -rf contracts/src platform/src "${SERVICE}/src" node_modules "${SERVICE}/node_modules" \
  && find . \( -name '*.ts' -o -name '*.map' -o -name '.tsbuildinfo' -o -name 'tsconfig*.json' \) -delete

# The production packages of one workspace and of those that it imports.
FROM base AS packages
ARG SERVICE
COPY --from=manifests /app/ ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --workspace="${SERVICE:?which service?}"

FROM base AS service
ARG SERVICE
COPY --from=packages /app/node_modules ./node_modules
COPY --from=compiled /app/package.json ./package.json
COPY --from=compiled /app/contracts ./contracts
COPY --from=compiled /app/platform ./platform
COPY --from=compiled /app/${SERVICE} ./${SERVICE}
WORKDIR /app/${SERVICE}
USER node
EXPOSE 9100
# The flag saves each idle service a tenth of its memory.
CMD ["node", "--max-semi-space-size=4", "dist/main.js"]

# What runs once and ends: it makes the broker's definitions and fills an empty shop.
FROM development AS compiled-setup
COPY --chown=node:node dev/launcher ./dev/launcher
COPY --chown=node:node dev/demo-catalogue ./dev/demo-catalogue
RUN npx tsc -b --builders 1 --checkers 1 dev/launcher dev/demo-catalogue
USER root
RUN rm -rf contracts/src platform/src dev/*/src node_modules dev/*/node_modules \
  && find . \( -name '*.ts' -o -name '*.map' -o -name '.tsbuildinfo' -o -name 'tsconfig*.json' \) -delete

FROM base AS setup-packages
COPY --from=manifests /app/ ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --workspace=dev/demo-catalogue

FROM base AS setup
COPY --from=setup-packages /app/node_modules ./node_modules
COPY --from=compiled-setup /app/package.json ./package.json
COPY --from=compiled-setup /app/contracts ./contracts
COPY --from=compiled-setup /app/platform ./platform
COPY --from=compiled-setup /app/dev/demo-catalogue ./dev/demo-catalogue
COPY --from=compiled-setup /app/dev/launcher ./dev/launcher
USER node
# It serves nobody: that it ended well is all there is to know.
HEALTHCHECK NONE

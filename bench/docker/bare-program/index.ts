import { Container } from "@pulumi/docker/container";
import { Network } from "@pulumi/docker/network";
import { RemoteImage } from "@pulumi/docker/remoteImage";
import { Volume } from "@pulumi/docker/volume";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword";
import { RandomString } from "@pulumi/random/randomString";
import { CertRequest } from "@pulumi/tls/certRequest";
import { LocallySignedCert } from "@pulumi/tls/locallySignedCert";
import { PrivateKey } from "@pulumi/tls/privateKey";
import { SelfSignedCert } from "@pulumi/tls/selfSignedCert";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

// What Wharf registers for a lab, with the same names and arguments, written down as one would without Wharf: no
// description, no defaults to work out, no checks, no component. The benchmark compares both states before it measures.
export = async () => {
  const config = new pulumi.Config();
  const port = config.requireNumber("port");
  const startInterval = config.get("startInterval");
  const stackId = new RandomString("registry-stack-id", {
    length: 16,
    special: false,
    upper: false,
  });
  const labels = [
    { label: "io.wharf.stack", value: "bench" },
    { label: "io.wharf.stack-id", value: stackId.result },
    { label: "org.opencontainers.image.vendor", value: "Wharf" },
  ];
  const replaced = { deleteBeforeReplace: true };
  const labelledOnce = { ...replaced, ignoreChanges: ["labels"] };

  const network = new Network("registry-network", { name: "wharf-bench", labels }, labelledOnce);
  const image = new RemoteImage("registry-image", {
    name: config.require("image"),
    keepLocally: true,
  });
  const data = new Volume("registry-data", { name: "wharf-bench-data", labels }, labelledOnce);

  const key: ConstructorParameters<typeof PrivateKey>[1] = {
    algorithm: "ECDSA",
    ecdsaCurve: "P256",
  };
  const caKey = new PrivateKey("registry-ca-key", key);
  const ca = new SelfSignedCert("registry-ca", {
    privateKeyPem: caKey.privateKeyPem,
    subject: { commonName: "Wharf bench CA", organization: "Wharf" },
    isCaCertificate: true,
    allowedUses: ["cert_signing", "crl_signing", "digital_signature"],
    setSubjectKeyId: true,
    validityPeriodHours: 87_600,
    earlyRenewalHours: 9_528,
  });
  const serverKey = new PrivateKey("registry-key", key);
  const request = new CertRequest("registry-request", {
    privateKeyPem: serverKey.privateKeyPem,
    subject: { commonName: "localhost", organization: "Wharf" },
    dnsNames: ["localhost", "wharf-bench-registry"],
    ipAddresses: ["127.0.0.1", "::1"],
  });
  const certificate = new LocallySignedCert("registry-certificate", {
    certRequestPem: request.certRequestPem,
    caPrivateKeyPem: caKey.privateKeyPem,
    caCertPem: ca.certPem,
    allowedUses: ["digital_signature", "key_encipherment", "server_auth"],
    setSubjectKeyId: true,
    validityPeriodHours: 9_528,
    earlyRenewalHours: 720,
  });

  const password = { length: 24, special: false };
  const admin = new RandomPassword("registry-user-admin", password);
  const developer = new RandomPassword("registry-user-developer", password);
  const readonly = new RandomPassword("registry-user-readonly", password);
  const httpSecret = new RandomPassword("registry-settings-http-secret", {
    length: 48,
    special: false,
  });
  const configYml = httpSecret.result.apply((secret) =>
    readFileSync(join(__dirname, "config.yml"), "utf8").replace("HTTP_SECRET", secret),
  );
  const htpasswd = pulumi.interpolate`admin:${admin.bcryptHash}\ndeveloper:${developer.bcryptHash}\nreadonly:${readonly.bcryptHash}\n`;

  const neverStarted = {
    image: image.imageId,
    command: ["never-started"],
    start: false,
    mustRun: false,
    networkMode: "none",
    labels,
  };
  const permissions = "0444";
  const settings = new Volume(
    "registry-settings-volume",
    { name: "wharf-bench-settings", labels },
    labelledOnce,
  );
  const settingsDelivery = new Container(
    "registry-settings-delivery",
    {
      ...neverStarted,
      name: "wharf-bench-settings",
      volumes: [
        { volumeName: settings.name, containerPath: "/etc/distribution" },
        { volumeName: data.name, containerPath: "/tmp" },
      ],
      uploads: [
        { file: "/etc/distribution/config.yml", content: configYml, permissions },
        { file: "/etc/distribution/tls.crt", content: certificate.certPem, permissions },
        { file: "/etc/distribution/tls.key", content: serverKey.privateKeyPem, permissions },
        { file: "/tmp/README", content: "Images of a registry.\n", permissions },
      ],
    },
    replaced,
  );
  const users = new Volume(
    "registry-users-volume",
    { name: "wharf-bench-users", labels },
    labelledOnce,
  );
  const usersDelivery = new Container(
    "registry-users-delivery",
    {
      ...neverStarted,
      name: "wharf-bench-users",
      volumes: [{ volumeName: users.name, containerPath: "/auth" }],
      uploads: [{ file: "/auth/htpasswd", content: htpasswd, permissions }],
    },
    replaced,
  );
  const digest = pulumi.unsecret(
    pulumi
      .all([configYml, certificate.certPem, serverKey.privateKeyPem])
      .apply((files) => createHash("sha256").update(JSON.stringify(files)).digest("hex")),
  );

  const container = new Container(
    "registry-container",
    {
      name: "wharf-bench-registry",
      image: image.imageId,
      entrypoints: ["registry"],
      command: ["serve", "/etc/distribution/config.yml"],
      envs: ["OTEL_TRACES_EXPORTER=none"],
      restart: "always",
      user: "10001:10001",
      readOnly: true,
      capabilities: { drops: ["ALL"] },
      securityOpts: ["no-new-privileges:true"],
      logDriver: "json-file",
      logOpts: { "max-size": "10m", "max-file": "3" },
      wait: true,
      waitTimeout: 120,
      mustRun: true,
      destroyGraceSeconds: 35,
      stopTimeout: 35,
      memory: 512,
      memorySwap: 512,
      cpus: "1.0",
      ports: [{ internal: 5000, external: port, ip: "127.0.0.1" }],
      networksAdvanced: [{ name: network.name }],
      volumes: [
        { volumeName: settings.name, containerPath: "/etc/distribution", readOnly: true },
        { volumeName: users.name, containerPath: "/auth", readOnly: true },
        { volumeName: data.name, containerPath: "/var/lib/registry" },
      ],
      tmpfs: { "/tmp": "size=16m,mode=1777" },
      healthcheck: {
        tests: ["CMD", "wget", "-O", "/dev/null", "http://127.0.0.1:5001/debug/health"],
        interval: startInterval === undefined ? "2s" : "10s",
        timeout: "5s",
        retries: 5,
        startPeriod: "30s",
        ...(startInterval !== undefined && { startInterval }),
      },
      labels: [...labels, { label: "io.wharf.made-from", value: digest }],
    },
    { ...replaced, dependsOn: [settingsDelivery, usersDelivery] },
  );
  return {
    endpoint: pulumi.all([container.id]).apply(() => `https://localhost:${port}`),
    caCertificate: ca.certPem,
    credentials: pulumi.secret({
      admin: admin.result,
      developer: developer.result,
      readonly: readonly.result,
    }),
  };
};

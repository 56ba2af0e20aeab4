import pulumi
import pulumi_wharf as wharf

config = pulumi.Config()

registry = wharf.DockerRegistry(
    "registry",
    environment=wharf.Environment.DEV,
    endpoint={"hosts": [config.get("host") or "registry.example.com"], "port": 5000},
    repositories=[{"name": "shop/api"}, {"name": "shop/web"}],
    # Without a password one is generated.
    users=[{"name": "admin"}, {"name": "ci", "password": config.get_secret("ciPassword")}],
)

pulumi.export("endpoint", registry.endpoint)
pulumi.export("repositories", registry.repositories)
pulumi.export("login", registry.login)
pulumi.export("push", registry.push)
pulumi.export("ca_certificate", registry.ca_certificate)
pulumi.export("credentials", registry.credentials)

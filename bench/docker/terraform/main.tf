# The Docker resources of a Wharf lab, as a Terraform user writes them; certificates and users left out.
terraform {
  required_providers {
    docker = {
      source = "kreuzwerker/docker"
    }
  }
}

variable "image" {
  type = string
}

variable "port" {
  type = number
}

resource "docker_network" "registry" {
  name = "terraform-bench"
}

resource "docker_volume" "data" {
  name = "terraform-bench-data"
}

resource "docker_image" "registry" {
  name         = var.image
  keep_locally = true
}

resource "docker_container" "registry" {
  name    = "terraform-bench-registry"
  image   = docker_image.registry.image_id
  command = ["serve", "/etc/distribution/config.yml"]
  user    = "0:0"
  restart = "always"
  env     = ["OTEL_TRACES_EXPORTER=none"]
  memory  = 512
  # Docker fills in twice the memory where nothing is said, and the provider would see a difference.
  memory_swap = 512
  wait        = true

  healthcheck {
    test         = ["CMD", "wget", "-O", "/dev/null", "http://127.0.0.1:5000/"]
    interval     = "2s"
    timeout      = "5s"
    retries      = 5
    start_period = "30s"
  }

  networks_advanced {
    name = docker_network.registry.name
  }

  ports {
    internal = 5000
    external = var.port
    ip       = "127.0.0.1"
  }

  volumes {
    volume_name    = docker_volume.data.name
    container_path = "/var/lib/registry"
  }

  upload {
    file    = "/etc/distribution/config.yml"
    content = <<-YAML
      version: 0.1
      storage:
        filesystem:
          rootdirectory: /var/lib/registry
      http:
        addr: :5000
    YAML
  }
}

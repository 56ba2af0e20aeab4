module wharf.invalid/copier

go 1.26.0

require (
	github.com/opencontainers/go-digest v1.0.0
	github.com/regclient/regclient v0.11.7
)

require (
	github.com/docker/libtrust v0.0.0-20160708172513-aabc10ec26b7 // indirect
	github.com/klauspost/compress v1.20.3 // indirect
	github.com/sirupsen/logrus v1.10.2 // indirect
	github.com/ulikunitz/xz v0.5.17 // indirect
	golang.org/x/sys v0.49.0 // indirect
)

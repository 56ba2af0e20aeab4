package content

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/distribution/distribution/v3"
	"github.com/opencontainers/go-digest"
)

// smallBlob is the most bytes of a blob that is read at once. Distribution 3.1.2 reads every blob through a buffer of 4 MiB that it makes
// for each request (fileReaderBufferSize in registry/storage/filereader.go), which takes 40 % of the time of a pull of a small image.
const smallBlob = 1 << 20

// blobsFor is how long clients may keep a blob, in seconds: a year, as distribution says.
const blobsFor = 365 * 24 * 60 * 60

// smallBlobsRepository is a repository that serves small blobs, as configurations of images are, without that buffer.
type smallBlobsRepository struct{ distribution.Repository }

// SmallBlobs wraps a repository so that its small blobs are served from memory. It is not for one whose blobs are redirected to a storage.
func SmallBlobs(repository distribution.Repository) distribution.Repository {
	return smallBlobsRepository{repository}
}

func (repository smallBlobsRepository) Blobs(ctx context.Context) distribution.BlobStore {
	return smallBlobs{repository.Repository.Blobs(ctx)}
}

type smallBlobs struct{ distribution.BlobStore }

// ServeBlob answers with a blob and the headers that distribution gives it.
func (blobs smallBlobs) ServeBlob(ctx context.Context, w http.ResponseWriter, r *http.Request, asked digest.Digest) error {
	described, err := blobs.Stat(ctx, asked)
	if err != nil {
		return err
	}
	if r.Method != http.MethodGet || described.Size > smallBlob {
		return blobs.BlobStore.ServeBlob(ctx, w, r, asked)
	}
	held, err := blobs.Get(ctx, asked)
	if err != nil {
		return err
	}
	header := w.Header()
	header.Set("ETag", strconv.Quote(described.Digest.String()))
	header.Set("Cache-Control", "max-age="+strconv.Itoa(blobsFor))
	header.Set("Docker-Content-Digest", described.Digest.String())
	header.Set("Content-Type", described.MediaType)
	http.ServeContent(w, r, described.Digest.String(), time.Time{}, bytes.NewReader(held))
	return nil
}

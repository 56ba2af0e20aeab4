// Package outage says to clients what the registry cannot reach, in place of an unknown error.
package outage

import (
	"context"
	"errors"
	"net/http"
	"syscall"

	"github.com/distribution/distribution/v3/registry/api/errcode"
	storagedriver "github.com/distribution/distribution/v3/registry/storage/driver"

	"wharf.invalid/distribution/access"
)

// driver tells the request that it works for why the storage failed it.
type driver struct{ storagedriver.StorageDriver }

// Driver wraps the driver of a volume or a bucket.
func Driver(wrapped storagedriver.StorageDriver) storagedriver.StorageDriver {
	return driver{wrapped}
}

// tell makes a fault of the storage the answer of the request. That something is not there, or that the client is gone, is not one.
func tell(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil || errors.Is(err, context.Canceled) {
		return err
	}
	switch err.(type) {
	case storagedriver.PathNotFoundError, storagedriver.InvalidPathError, storagedriver.InvalidOffsetError, storagedriver.ErrUnsupportedMethod, errcode.Error:
		return err
	}
	exchange := access.ExchangeOf(ctx)
	if exchange == nil {
		return err
	}
	switch cause := CauseOf(err); {
	case errors.Is(cause, syscall.ENOSPC), errors.Is(cause, syscall.EDQUOT):
		exchange.Fail(errcode.ErrorCodeDenied, "the registry's volume is full; an administrator must delete images or enlarge the volume")
	case errors.Is(cause, syscall.EROFS):
		exchange.Fail(errcode.ErrorCodeUnavailable, "the registry's volume is read-only at the moment")
	case errors.Is(cause, syscall.EACCES), errors.Is(cause, syscall.EPERM):
		exchange.Fail(errcode.ErrorCodeUnavailable, "the registry's user may not write in its volume")
	default:
		exchange.Fail(errcode.ErrorCodeUnavailable, "the registry's storage cannot be used at the moment")
	}
	return err
}

// CauseOf is what a driver wraps; distribution's error does not unwrap.
func CauseOf(err error) error {
	var wrapped storagedriver.Error
	for errors.As(err, &wrapped) {
		err, wrapped = wrapped.Detail, storagedriver.Error{}
	}
	return err
}

func (one driver) GetContent(ctx context.Context, path string) ([]byte, error) {
	content, err := one.StorageDriver.GetContent(ctx, path)
	return content, tell(ctx, err)
}

func (one driver) PutContent(ctx context.Context, path string, content []byte) error {
	return tell(ctx, one.StorageDriver.PutContent(ctx, path, content))
}

func (one driver) Stat(ctx context.Context, path string) (storagedriver.FileInfo, error) {
	info, err := one.StorageDriver.Stat(ctx, path)
	return info, tell(ctx, err)
}

func (one driver) List(ctx context.Context, path string) ([]string, error) {
	paths, err := one.StorageDriver.List(ctx, path)
	return paths, tell(ctx, err)
}

func (one driver) Move(ctx context.Context, source, destination string) error {
	return tell(ctx, one.StorageDriver.Move(ctx, source, destination))
}

func (one driver) Delete(ctx context.Context, path string) error {
	return tell(ctx, one.StorageDriver.Delete(ctx, path))
}

func (one driver) RedirectURL(r *http.Request, path string) (string, error) {
	url, err := one.StorageDriver.RedirectURL(r, path)
	return url, tell(r.Context(), err)
}

func (one driver) Writer(ctx context.Context, path string, isAppended bool) (storagedriver.FileWriter, error) {
	wrapped, err := one.StorageDriver.Writer(ctx, path, isAppended)
	if err != nil {
		return nil, tell(ctx, err)
	}
	return writer{wrapped, ctx}, nil
}

type writer struct {
	storagedriver.FileWriter
	ctx context.Context
}

func (one writer) Write(content []byte) (int, error) {
	written, err := one.FileWriter.Write(content)
	return written, tell(one.ctx, err)
}

func (one writer) Commit(ctx context.Context) error {
	return tell(one.ctx, one.FileWriter.Commit(ctx))
}

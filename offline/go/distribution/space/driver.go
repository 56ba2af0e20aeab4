package space

import (
	"context"
	"path/filepath"

	storagedriver "github.com/distribution/distribution/v3/registry/storage/driver"
)

// driver counts what is written to the volume and deleted from it.
type driver struct {
	storagedriver.StorageDriver
	volume *Volume
}

// Driver wraps distribution's driver of the volume. It turns the data of layers away where there is no room, in the middle of an
// upload too, and frees what of that one came before.
func (volume *Volume) Driver(wrapped storagedriver.StorageDriver) storagedriver.StorageDriver {
	return driver{wrapped, volume}
}

// sizeAt is what a path takes. Without a quota nobody needs to know.
func (one driver) sizeAt(path string) int64 {
	if one.volume.limits.Quota == 0 || isOwn(path) {
		return 0
	}
	size, err := sizeOf(filepath.Join(one.volume.root, filepath.FromSlash(path)))
	if err != nil {
		return 0
	}
	return size
}

func (one driver) PutContent(ctx context.Context, path string, content []byte) error {
	if isOwn(path) {
		return one.volume.withReserve(func() error { return one.StorageDriver.PutContent(ctx, path, content) })
	}
	before := one.sizeAt(path)
	err := one.StorageDriver.PutContent(ctx, path, content)
	if err == nil {
		one.volume.stored.Add(int64(len(content)) - before)
	}
	return err
}

func (one driver) Move(ctx context.Context, source, destination string) error {
	before := one.sizeAt(destination)
	err := one.StorageDriver.Move(ctx, source, destination)
	if err == nil {
		one.volume.stored.Add(-before)
	}
	return err
}

func (one driver) Delete(ctx context.Context, path string) error {
	before := one.sizeAt(path)
	err := one.StorageDriver.Delete(ctx, path)
	if err == nil {
		one.volume.stored.Add(-before)
	}
	return err
}

func (one driver) Writer(ctx context.Context, path string, isAppended bool) (storagedriver.FileWriter, error) {
	var before int64
	if !isAppended {
		before = one.sizeAt(path)
	}
	wrapped, err := one.StorageDriver.Writer(ctx, path, isAppended)
	if err != nil {
		return nil, err
	}
	one.volume.stored.Add(-before)
	return &writer{FileWriter: wrapped, ctx: ctx, volume: one.volume}, nil
}

// lookEvery is how many bytes are written between two looks at what is free.
const lookEvery = mebibyte

// writer is the data of one layer.
type writer struct {
	storagedriver.FileWriter
	ctx    context.Context
	volume *Volume
	// unlooked are the bytes since the last look.
	unlooked int64
}

func (one *writer) Write(content []byte) (int, error) {
	size := int64(len(content))
	why := one.volume.overQuota(size)
	if one.unlooked += size; why == nil && one.unlooked >= lookEvery {
		one.unlooked = 0
		why = one.volume.nearlyFull(size, 1)
	}
	if why != nil {
		_ = one.Cancel(one.ctx)
		return 0, why.answer(one.ctx)
	}
	written, err := one.FileWriter.Write(content)
	one.volume.stored.Add(int64(written))
	return written, err
}

func (one *writer) Cancel(ctx context.Context) error {
	size := one.Size()
	err := one.FileWriter.Cancel(ctx)
	if err == nil {
		one.volume.stored.Add(-size)
	}
	return err
}

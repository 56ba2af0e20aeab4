// Package changes tells when files may have changed, so that a server follows what they say while it runs.
package changes

import (
	"context"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/sirupsen/logrus"
)

const (
	// lookEvery is how often the files are read where nothing was told of a change: network file systems tell of none that another
	// machine made, and a node may have no watch left to give.
	lookEvery = time.Second
	// settled is how long nothing may happen before the files are read. An upload into a Docker volume removes a file and writes it
	// anew, and a certificate comes with its key.
	settled = 20 * time.Millisecond
)

// Watch calls look when one of the files may have changed, and every second in any case, until the context ends. The contents are for
// look to compare: neither time nor size tells, since a Kubernetes Secret is replaced by a symbolic link, and an upload may keep the
// time that its archive names.
func Watch(ctx context.Context, look func(), files ...string) {
	watch(ctx, look, lookEvery, files)
}

func watch(ctx context.Context, look func(), every time.Duration, files []string) {
	// A directory is watched and not its file, which may be replaced by another.
	watcher, err := fsnotify.NewWatcher()
	for _, file := range files {
		if err == nil {
			err = watcher.Add(filepath.Dir(file))
		}
	}
	var events <-chan fsnotify.Event
	var faults <-chan error
	if watcher != nil {
		events, faults = watcher.Events, watcher.Errors
	}
	if err != nil {
		logrus.WithError(err).Warn("the system does not tell of changes of files: they are read every second")
	}
	go func() {
		if watcher != nil {
			defer watcher.Close()
		}
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		changed := time.NewTimer(0)
		changed.Stop()
		defer changed.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-events:
				changed.Reset(settled)
			case err := <-faults:
				// Such as a queue that was full: what it would have told of is seen at the next tick.
				logrus.WithError(err).Debug("a change of a file may have been missed")
			case <-changed.C:
				look()
			case <-ticker.C:
				look()
			}
		}
	}()
}

// Package space turns pushes away before the volume of the images is full. Pulls, deletions and collections go on.
package space

import (
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/sirupsen/logrus"
)

// countEvery is how often the volume is counted again where there is a quota: other replicas write to it as well, and uploads that are
// never finished are purged below the count.
const countEvery = 5 * time.Minute

// imagesRoot is what counts against a quota, below the directory of the volume.
const imagesRoot = "docker"

const mebibyte = 1 << 20

// Limits are what pushes must leave, in bytes.
type Limits struct {
	// Quota is the most that the images may take; 0 where there is no limit.
	Quota int64
	// MinFree is what stays free of the volume; 0 is a hundredth of it, at least 100 MiB and at most a tenth of the volume.
	MinFree int64
}

// ParseLimits reads `quota` and `minfree` of the parameters of distribution's driver filesystem, which reads past them.
func ParseLimits(parameters map[string]any) (limits Limits, err error) {
	for name, into := range map[string]*int64{"quota": &limits.Quota, "minfree": &limits.MinFree} {
		given, ok := parameters[name]
		if !ok {
			continue
		}
		if *into, err = strconv.ParseInt(fmt.Sprint(given), 10, 64); err != nil || *into <= 0 {
			return limits, fmt.Errorf("storage.filesystem.%s is %v, and must be a number of bytes", name, given)
		}
	}
	return limits, nil
}

// Volume is the directory that holds the images, and what is left of its file system.
type Volume struct {
	root   string
	limits Limits
	// stored is what the images take; counted tells whether that is known yet.
	stored  atomic.Int64
	counted atomic.Bool
	// reserve is nil where nothing is collected.
	reserve *reserve
}

// NewVolume names the directory, which need not exist yet.
func NewVolume(root string, limits Limits) *Volume {
	return &Volume{root: root, limits: limits}
}

// Start counts what is stored, now and then again, where there is a quota. Until the first count has come to its end the quota turns
// nothing away.
func (volume *Volume) Start(done <-chan struct{}) {
	if volume.limits.Quota == 0 {
		return
	}
	go func() {
		ticker := time.NewTicker(countEvery)
		defer ticker.Stop()
		for {
			volume.count()
			select {
			case <-done:
				return
			case <-ticker.C:
			}
		}
	}()
}

// count adds up all files. What is written meanwhile may be counted twice or not at all, until the next count.
func (volume *Volume) count() {
	before := volume.stored.Load()
	sum, err := sizeOf(filepath.Join(volume.root, imagesRoot))
	if err != nil {
		logrus.WithError(err).Error("what the volume holds cannot be counted")
		return
	}
	volume.stored.Add(sum - before)
	volume.counted.Store(true)
}

// sizeOf is the size of all files at a path or below; 0 where there is nothing. Files that come and go meanwhile are no fault.
func sizeOf(path string) (sum int64, err error) {
	err = filepath.WalkDir(path, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil {
			if os.IsNotExist(err) {
				return nil
			}
			return err
		}
		if !entry.Type().IsRegular() {
			return nil
		}
		if info, err := entry.Info(); err == nil {
			sum += info.Size()
		} else if !os.IsNotExist(err) {
			return err
		}
		return nil
	})
	return sum, err
}

// state is what is left of a file system, in bytes.
type state struct{ free, whole int64 }

// look asks the file system; one that does not answer is not held to be full.
func (volume *Volume) look() (state, bool) {
	var found syscall.Statfs_t
	if err := syscall.Statfs(volume.root, &found); err != nil {
		return state{}, false
	}
	size := found.Bsize
	return state{multiplied(found.Bavail, size), multiplied(found.Blocks, size)}, true
}

func multiplied(blocks uint64, size int64) int64 {
	if size > 0 && blocks > math.MaxInt64/uint64(size) {
		return math.MaxInt64
	}
	return int64(blocks) * size
}

// minFree is the mark below which pushes are turned away.
func (volume *Volume) minFree(whole int64) int64 {
	if volume.limits.MinFree > 0 {
		return volume.limits.MinFree
	}
	return min(max(whole/100, 100*mebibyte), whole/10)
}

// Why pushes are turned away.
const (
	freeReason  = "free"
	quotaReason = "quota"
)

// refusal is why a push is turned away.
type refusal struct{ reason, message string }

// overQuota refuses what the quota does not have.
func (volume *Volume) overQuota(bytes int64) *refusal {
	quota, stored := volume.limits.Quota, volume.stored.Load()
	if quota == 0 || !volume.counted.Load() || stored+bytes <= quota {
		return nil
	}
	return &refusal{quotaReason, fmt.Sprintf("the registry has a quota of %s, of which %s are used; an administrator must delete images or raise the quota",
		shown(quota), shown(stored))}
}

// nearlyFull refuses what would take of the space that stays free: all of it, or a share.
func (volume *Volume) nearlyFull(bytes int64, share float64) *refusal {
	found, ok := volume.look()
	if !ok || float64(found.free-bytes) >= share*float64(volume.minFree(found.whole)) {
		return nil
	}
	return &refusal{freeReason, fmt.Sprintf("the registry's volume is nearly full: %s are free, and %s stay free; an administrator must delete images or enlarge the volume",
		shown(found.free), shown(volume.minFree(found.whole)))}
}

// shown is a number of bytes as people read it.
func shown(bytes int64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB"}
	value, unit := float64(bytes), 0
	for value >= 1024 && unit < len(units)-1 {
		value, unit = value/1024, unit+1
	}
	return strconv.FormatFloat(value, 'f', map[bool]int{true: 0, false: 1}[value == math.Trunc(value)], 64) + " " + units[unit]
}

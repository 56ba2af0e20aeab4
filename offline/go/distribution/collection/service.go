package collection

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/distribution/distribution/v3"
	storagedriver "github.com/distribution/distribution/v3/registry/storage/driver"
	"github.com/robfig/cron/v3"
	"github.com/sirupsen/logrus"

	"wharf.invalid/distribution/claims"
)

// schedule is who asks for a run where nobody does.
const schedule = "schedule"

var (
	errRunning  = errors.New("a collection runs already")
	errNotReady = errors.New("the store has not answered yet")
	errNoRules  = errors.New("there are no valid rules of retention")
)

// Service runs collections by a schedule and on request, one at a time.
type Service struct {
	path    string
	id      string
	started time.Time

	owning sync.Mutex
	owned  atomic.Bool

	mutex     sync.Mutex
	store     *store
	pulls     *pulls
	retention *Retention
	seen      []byte
	fault     string
	next      time.Time
	running   *Report
	last      *Report
	// planned is the dry run that ended last.
	planned *Report
	// stopped is a run of the process before this one that did not come to its end; nil once another one has ended.
	stopped *Report
}

// NewService names the file of the rules, which may change at any moment.
func NewService(path string) *Service {
	return &Service{path: path, id: rand.Text(), started: time.Now()}
}

// Attach gives the service the store that the registry serves, and starts it.
func (service *Service) Attach(ctx context.Context, namespace distribution.Namespace, driver storagedriver.StorageDriver) {
	held := &store{driver, namespace}
	noted := &pulls{store: *held, repositories: map[string]*pulled{}}
	service.pulls = noted
	service.look()
	go service.work(ctx, held, noted)
}

// work reads the notes in the store, and from then on runs what is due.
func (service *Service) work(ctx context.Context, held *store, noted *pulls) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	ready := false
	written := time.Now()
	var clocked time.Time
	for {
		if !ready {
			if err := service.begin(ctx, held, noted); err != nil {
				logrus.WithError(err).Error("the collection cannot use the store yet")
			} else {
				ready = true
			}
		}
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			service.look()
			if !ready {
				continue
			}
			if now.Sub(written) >= writeEvery {
				written = now
				service.Flush(ctx)
				claims.Registry.Forget(now.Add(-service.longestGrace()))
			}
			if now.Sub(clocked) >= clockEvery {
				clocked = now
				if err := held.checkClock(ctx, now, false); err != nil {
					logrus.WithError(err).Warn("the clock may be wrong: nothing is collected until it is right")
				}
			}
			if service.isDue(now) {
				if _, err := service.Start(ctx, Request{By: schedule}); err != nil {
					logrus.WithError(err).Error("the collection that is due does not run")
				}
			}
		}
	}
}

func (service *Service) begin(ctx context.Context, held *store, noted *pulls) error {
	if err := noted.begin(ctx, service.started); err != nil {
		return err
	}
	var last Report
	known, err := held.readNote(ctx, lastNote, &last)
	if err != nil {
		return err
	}
	service.mutex.Lock()
	defer service.mutex.Unlock()
	lastSuccess.Set(float64(noted.since.Unix()))
	if known {
		service.last = &last
		lastSuccess.Set(float64(last.FinishedAt.Unix()))
	}
	service.store = held
	return nil
}

// look reads the rules again where they changed. While the file is not valid nothing is deleted.
func (service *Service) look() {
	contents, err := os.ReadFile(service.path)
	service.mutex.Lock()
	defer service.mutex.Unlock()
	if err == nil && bytes.Equal(contents, service.seen) {
		return
	}
	var read *Retention
	if err == nil {
		read, err = ParseRetention(contents)
	}
	service.seen, service.retention = contents, read
	if err != nil {
		service.next = time.Time{}
		if service.fault != err.Error() {
			service.fault = err.Error()
			valid.Set(0)
			logrus.WithField("retention", service.path).WithError(err).Error("the rules of retention are not valid: nothing is deleted until they are")
		}
		return
	}
	service.fault = ""
	valid.Set(1)
	service.next = read.after(time.Now())
	logrus.WithFields(logrus.Fields{"retention": service.path, "schedule": read.Schedule}).Info("rules of retention loaded")
}

// after is when the schedule runs next; the zero time where there is none.
func (all *Retention) after(now time.Time) time.Time {
	if all.Schedule == "" {
		return time.Time{}
	}
	parsed, err := cron.ParseStandard(all.Schedule)
	if err != nil {
		return time.Time{}
	}
	return parsed.Next(now.UTC())
}

// isDue tells whether the schedule's time has come, and not before anything may be deleted.
func (service *Service) isDue(now time.Time) bool {
	service.mutex.Lock()
	defer service.mutex.Unlock()
	if service.retention == nil || service.next.IsZero() || now.Before(service.next) || service.running != nil {
		return false
	}
	if now.Before(service.started.Add(service.retention.grace())) {
		return false
	}
	service.next = service.retention.after(now)
	return true
}

// longestGrace is at least a day, so that a grace period that is made longer finds what was touched.
func (service *Service) longestGrace() time.Duration {
	service.mutex.Lock()
	defer service.mutex.Unlock()
	if service.retention == nil {
		return 24 * time.Hour
	}
	return max(24*time.Hour, service.retention.grace())
}

// Start begins a run and returns its report, which is filled while it goes on.
func (service *Service) Start(ctx context.Context, request Request) (string, error) {
	service.mutex.Lock()
	defer service.mutex.Unlock()
	switch {
	case service.store == nil:
		return "", errNotReady
	case service.retention == nil:
		return "", fmt.Errorf("%w: %s", errNoRules, service.fault)
	case service.running != nil:
		return "", errRunning
	}
	now := time.Now()
	report := &Report{
		ID: strings.ToLower(rand.Text()), By: request.By, DryRun: request.DryRun, StartedAt: now.UTC(),
		Repositories: []*Repository{}, Expired: []Expired{},
	}
	since := now.Add(-service.retention.grace())
	one := &run{
		store: *service.store, claims: claims.Registry, pulls: service.pulls, retention: service.retention, request: request,
		since: since, tooEarly: since.Before(service.started), owns: func() error { return service.owns(ctx) }, report: report, kept: map[string]bool{}, owners: map[string]string{},
	}
	if one.tooEarly {
		until := service.started.Add(service.retention.grace()).UTC()
		report.WaitsUntil = &until
	}
	service.running = report
	go func() {
		service.finish(ctx, one, now)
		one.retention.Notify.tell(ctx, report)
	}()
	return report.ID, nil
}

func (service *Service) finish(ctx context.Context, one *run, started time.Time) {
	err := service.own(ctx, one.store.driver)
	if err == nil {
		err = one.store.checkClock(ctx, started, one.request.OverLimit)
	}
	if err == nil {
		err = one.collect(ctx, started)
	}
	ended := time.Now().UTC()
	report := one.report
	log := logrus.WithFields(logrus.Fields{
		"by": report.By, "dryRun": report.DryRun, "images": report.deleted(), "blobs": report.DeletedBlobs, "bytes": report.FreedBytes,
		"seconds": ended.Sub(started).Seconds(),
	})
	result := "done"
	if err != nil {
		report.Problem, report.TooMuch = err.Error(), errors.Is(err, errTooMuch)
		result = "failed"
		log.WithError(err).Error("the collection ended before its end")
	} else {
		log.Info("collection done")
	}
	report.FinishedAt = &ended
	if !report.DryRun {
		measure(report, result, ended.Sub(started))
		// Where another process serves the store now, the note is that one's to remove.
		if service.owns(ctx) == nil {
			if err := one.store.forgetRun(ctx); err != nil {
				log.WithError(err).Error("the note that a collection runs cannot be removed")
			}
		}
		if err == nil {
			if err := one.store.writeNote(ctx, lastNote, report); err != nil {
				log.WithError(err).Error("the report of the collection cannot be kept")
			}
		}
	}
	service.mutex.Lock()
	defer service.mutex.Unlock()
	service.running = nil
	if report.DryRun {
		service.planned = report
	} else {
		service.last, service.stopped = report, nil
	}
}

// own takes the store over before the first request is served, and not at the start: a process that is only tried serves none.
func (service *Service) own(ctx context.Context, driver storagedriver.StorageDriver) error {
	if service.owned.Load() {
		return nil
	}
	service.owning.Lock()
	defer service.owning.Unlock()
	if service.owned.Load() {
		return nil
	}
	if err := driver.PutContent(ctx, ownerNote, []byte(service.id)); err != nil {
		return err
	}
	// From now on a run of the process before deletes nothing more.
	stopped, err := store{driver: driver}.stopped(ctx)
	if err != nil {
		return err
	}
	if stopped != nil {
		logrus.WithFields(logrus.Fields{"id": stopped.ID, "by": stopped.By}).Warn("a collection did not come to its end: " + stopped.Problem)
	}
	service.mutex.Lock()
	service.stopped = stopped
	service.mutex.Unlock()
	service.owned.Store(true)
	return nil
}

// owns tells whether this process is the last that took the store over: another one may serve it already, and knows what it told its
// clients.
func (service *Service) owns(ctx context.Context) error {
	owner, err := service.store.driver.GetContent(ctx, ownerNote)
	if err != nil {
		return err
	}
	if string(owner) != service.id {
		return errors.New("another process of the registry serves this store now")
	}
	return nil
}

// Flush writes what was pulled into the store.
func (service *Service) Flush(ctx context.Context) {
	service.mutex.Lock()
	ready := service.store != nil
	service.mutex.Unlock()
	if !ready {
		return
	}
	if err := service.pulls.write(ctx); err != nil {
		logrus.WithError(err).Error("the last pulls cannot be written")
	}
}

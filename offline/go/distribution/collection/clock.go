package collection

import (
	"context"
	"fmt"
	"time"
)

const (
	// clockNote is when the registry last knew what time it is.
	clockNote = notesRoot + "/clock"
	// clockEvery is how often that is written.
	clockEvery = time.Hour
	// mostBehind is how far clocks of one machine differ where they are set by another.
	mostBehind = 5 * time.Minute
	// mostAhead is how long a registry may have been off. A clock that is set forward by less makes images older by that much.
	mostAhead = 7 * 24 * time.Hour
)

// clockError is a clock that cannot be right: by it the age of an image means nothing.
type clockError struct{ now, seen time.Time }

func (err clockError) Error() string {
	text := func(moment time.Time) string { return moment.UTC().Format(time.RFC3339) }
	if err.now.Before(err.seen) {
		return fmt.Sprintf("the clock says %s, and it was %s already; set it, or where it is right run npx wharf collect --over-limit", text(err.now), text(err.seen))
	}
	return fmt.Sprintf("the clock says %s, and %s was the last time that is known, more than %d days before; set it, or where it is right run npx wharf collect --over-limit",
		text(err.now), text(err.seen), int(mostAhead.Hours()/24))
}

// checkClock compares the clock with the last time that is known, by the calendar: a monotonic clock sees no jump. The time is kept where
// it may be right, and where isTrusted says that it is.
func (held store) checkClock(ctx context.Context, now time.Time, isTrusted bool) error {
	now = now.Round(0).UTC()
	var seen time.Time
	known, err := held.readNote(ctx, clockNote, &seen)
	if err != nil {
		return err
	}
	if known && !isTrusted && (now.Before(seen.Add(-mostBehind)) || now.After(seen.Add(mostAhead))) {
		return clockError{now, seen}
	}
	if known && !isTrusted && !now.After(seen) {
		return nil
	}
	return held.writeNote(ctx, clockNote, now)
}

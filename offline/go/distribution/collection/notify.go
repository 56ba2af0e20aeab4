package collection

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/sirupsen/logrus"

	"wharf.invalid/distribution/certificates"
)

// Notify is the webhook that hears of runs of the schedule. `wharf collect` tells it of its own runs.
type Notify struct {
	// URL is a secret: chat servers let in whoever knows it.
	URL string `json:"url"`
	// Secret signs each request; none where it is empty.
	Secret string `json:"secret,omitempty"`
	// CACertificate is the authority of its server, PEM, beside those of the system; none where it is empty.
	CACertificate string `json:"caCertificate,omitempty"`
	OnSuccess     bool   `json:"onSuccess"`
	// Stack is whose registry this is.
	Stack string `json:"stack"`

	// pauses are those of a test; nil for the usual ones.
	pauses []time.Duration
}

// event has the fields of the webhook of `wharf`'s commands, cli/notifications/webhook.ts.
type event struct {
	Version int       `json:"version"`
	Task    string    `json:"task"`
	Outcome string    `json:"outcome"`
	Stack   string    `json:"stack"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Message string    `json:"message,omitempty"`
	Text    string    `json:"text"`
}

// answerWithin is how long a server may take to answer.
const answerWithin = 10 * time.Second

// notifyPauses are the times before a server that is away is asked again.
var notifyPauses = []time.Duration{time.Second, 5 * time.Second, 30 * time.Second}

// passing are answers of a server that may answer otherwise a little later.
var passing = []int{http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout}

func (notify *Notify) valid() error {
	parsed, err := url.Parse(notify.URL)
	// The error of the parser repeats the address.
	if err != nil || parsed.Scheme != "https" || parsed.Host == "" {
		return errors.New("url: is not an https:// URL")
	}
	if _, err := certificates.Trusting(notify.CACertificate); err != nil {
		return errors.New("caCertificate: is not a PEM certificate")
	}
	return nil
}

// tell sends how a run of the schedule ended. What goes wrong with that is logged, without the address.
func (notify *Notify) tell(ctx context.Context, report *Report) {
	if notify == nil || report.By != schedule || report.Problem == "" && !notify.OnSuccess || ctx.Err() != nil {
		return
	}
	told := event{Version: 1, Task: "collect", Outcome: "succeeded", Stack: notify.Stack, By: report.By, At: time.Now().UTC(), Message: report.Problem}
	told.Text = fmt.Sprintf("the collection of stack %s succeeded: %d images deleted, %d bytes freed", notify.Stack, report.deleted(), report.FreedBytes)
	if report.Problem != "" {
		told.Outcome = "failed"
		told.Text = fmt.Sprintf("the collection of stack %s failed: %s", notify.Stack, report.Problem)
	}
	body, err := json.Marshal(told)
	if err == nil {
		err = notify.send(ctx, body)
	}
	if err != nil {
		logrus.WithError(err).Error("the webhook of the collection was not told")
	}
}

// send asks a server that is away again, three times.
func (notify *Notify) send(ctx context.Context, body []byte) error {
	transport, err := certificates.Trusting(notify.CACertificate)
	if err != nil {
		return err
	}
	defer transport.CloseIdleConnections()
	// No redirect is followed: what is signed is for one address.
	client := &http.Client{
		Transport:     transport,
		Timeout:       answerWithin,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	pauses := notify.pauses
	if pauses == nil {
		pauses = notifyPauses
	}
	for attempt := 0; ; attempt++ {
		status, err := notify.post(ctx, client, body)
		if err == nil && status < 300 {
			return nil
		}
		if err == nil {
			err = fmt.Errorf("the server answered %d", status)
			if !slices.Contains(passing, status) {
				return err
			}
		}
		if attempt == len(pauses) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pauses[attempt]):
		}
	}
}

func (notify *Notify) post(ctx context.Context, client *http.Client, body []byte) (int, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, notify.URL, bytes.NewReader(body))
	if err != nil {
		return 0, withoutAddress(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if notify.Secret != "" {
		mac := hmac.New(sha256.New, []byte(notify.Secret))
		mac.Write(body)
		request.Header.Set("X-Wharf-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	}
	answer, err := client.Do(request)
	if err != nil {
		return 0, withoutAddress(err)
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<16))
	return answer.StatusCode, nil
}

// withoutAddress takes the address out of an error of net/http, which begins with it.
func withoutAddress(err error) error {
	var about *url.Error
	if errors.As(err, &about) {
		return about.Err
	}
	return err
}

package collection

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

var (
	lastSuccess = gauge("last_success_timestamp_seconds", "When a collection last came to its end; when the registry began to collect, before the first.")
	lastSeconds = gauge("last_duration_seconds", "How long the last collection took.")
	waiting     = gauge("waiting_bytes", "Bytes that nothing names, which stay until the grace period has passed.")
	valid       = gauge("rules_valid", "1 where the rules of retention are valid, 0 where they are not and nothing is deleted.")
	runs        = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "wharf_collection_runs_total", Help: "Collections that changed something, by their result.",
	}, []string{"result"})
	deletedImages = counter("deleted_images_total", "Images that were deleted.")
	deletedBlobs  = counter("deleted_blobs_total", "Blobs that were deleted.")
	freedBytes    = counter("freed_bytes_total", "Bytes that were freed.")
	readOnly      = counter("read_only_seconds_total", "Seconds in which the registry took no pushes because of a collection.")
)

func gauge(name, help string) prometheus.Gauge {
	return prometheus.NewGauge(prometheus.GaugeOpts{Name: "wharf_collection_" + name, Help: help})
}

func counter(name, help string) prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{Name: "wharf_collection_" + name, Help: help})
}

// RegisterMetrics adds the metrics of the collection to those of the registry.
func RegisterMetrics(registerer prometheus.Registerer) {
	registerer.MustRegister(lastSuccess, lastSeconds, waiting, valid, runs, deletedImages, deletedBlobs, freedBytes, readOnly)
	for _, result := range []string{"done", "failed"} {
		runs.WithLabelValues(result)
	}
}

func measure(report *Report, result string, took time.Duration) {
	runs.WithLabelValues(result).Inc()
	deletedImages.Add(float64(report.deleted()))
	deletedBlobs.Add(float64(report.DeletedBlobs))
	freedBytes.Add(float64(report.FreedBytes))
	if result != "done" {
		return
	}
	lastSeconds.Set(took.Seconds())
	waiting.Set(float64(report.WaitingBytes))
	lastSuccess.Set(float64(report.FinishedAt.Unix()))
}

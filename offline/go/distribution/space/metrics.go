package space

import "github.com/prometheus/client_golang/prometheus"

var refused = prometheus.NewCounterVec(prometheus.CounterOpts{
	Name: "wharf_registry_pushes_without_space_total",
	Help: "Pushes, or parts of them, that were turned away for want of space, by what ended: what is free of the volume, or the quota.",
}, []string{"reason"})

// RegisterMetrics adds what is left of the volume to the metrics of the registry.
func (volume *Volume) RegisterMetrics(registerer prometheus.Registerer) {
	gauge := func(name, help string, value func() float64) {
		registerer.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "wharf_registry_" + name, Help: help}, value))
	}
	of := func(read func(state) int64) func() float64 {
		return func() float64 {
			found, _ := volume.look()
			return float64(read(found))
		}
	}
	gauge("volume_free_bytes", "What is free of the volume of the images.", of(func(found state) int64 { return found.free }))
	gauge("volume_min_free_bytes", "What stays free: pushes are turned away below it.", of(func(found state) int64 { return volume.minFree(found.whole) }))
	registerer.MustRegister(refused)
	for _, reason := range []string{freeReason, quotaReason} {
		refused.WithLabelValues(reason)
	}
	if volume.limits.Quota == 0 {
		return
	}
	gauge("quota_bytes", "The most that the images may take.", func() float64 { return float64(volume.limits.Quota) })
	gauge("stored_bytes", "What the images take, counted against the quota; 0 until the volume is counted after a start.", func() float64 {
		if !volume.counted.Load() {
			return 0
		}
		return float64(volume.stored.Load())
	})
}

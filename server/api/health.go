package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"runtime/metrics"
	"strings"
)

// health says that the node answers and its record can be read: 200 {"status":"ok"}, else 503 with why.
func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	v := map[string]any{"status": "ok", "version": s.Node.Version(), "uptime_seconds": int64(s.Node.Uptime()), "courses": len(s.Library.Courses())}
	if _, err := s.Store.Counts(); err != nil {
		v["status"], v["error"] = "record", err.Error()
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	json.NewEncoder(w).Encode(v)
}

// A metric is one line of the Prometheus text format, version 0.0.4. No value tells of a person.
type metric struct {
	name, kind, help string
	value            float64
}

func (s *Server) metrics(w http.ResponseWriter, _ *http.Request) {
	counts, err := s.Store.Counts()
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	free, total := s.Node.FreeSpace()
	peers, owed := s.Node.Owed()
	unread, parked := s.Node.Trouble()
	asked, came, wanted, gave := s.Node.Moved()
	var b strings.Builder
	for _, m := range []metric{
		{"uptime_seconds", "counter", "Time since the node started.", s.Node.Uptime()},
		{"events", "gauge", "Events held in the record.", float64(s.Node.Events())},
		{"unread_events", "gauge", "Events of a known kind that could not be folded since the start.", float64(unread)},
		{"parked_segments", "gauge", "Segments from peers that wait for those before them.", float64(parked)},
		{"learners", "gauge", "Learners enrolled.", float64(counts.Learners)},
		{"attempts_total", "counter", "Answers recorded.", float64(counts.Attempts)},
		{"views_total", "counter", "Resources opened, as recorded.", float64(counts.Views)},
		{"mastered", "gauge", "Exercises mastered, summed over learners.", float64(counts.Mastered)},
		{"sessions", "gauge", "People signed in.", float64(s.Auth.Sessions())},
		{"courses", "gauge", "Courses installed.", float64(len(s.Library.Courses()))},
		{"peers", "gauge", "Paired boxes.", float64(peers)},
		{"owed_events", "gauge", "Events that some paired box lacks.", float64(owed)},
		{"blob_asked_bytes_total", "counter", "Bytes of courses asked of paired boxes.", float64(asked)},
		{"blob_came_bytes_total", "counter", "Bytes of courses that came from paired boxes.", float64(came)},
		{"blob_wanted_bytes_total", "counter", "Bytes of courses that paired boxes asked for.", float64(wanted)},
		{"blob_given_bytes_total", "counter", "Bytes of courses sent to paired boxes.", float64(gave)},
		{"disk_free_bytes", "gauge", "Space left on the data folder's disk.", float64(free)},
		{"disk_size_bytes", "gauge", "Size of the data folder's disk.", float64(total)},
		{"memory_bytes", "gauge", "Memory that the process holds, as the Go runtime counts it.", memory()},
		{"goroutines", "gauge", "Goroutines.", float64(runtime.NumGoroutine())},
	} {
		fmt.Fprintf(&b, "# HELP lamplight_%s %s\n# TYPE lamplight_%s %s\nlamplight_%s %.15g\n", m.name, m.help, m.name, m.kind, m.name, m.value)
	}
	writePeers(&b, s.Node.Standings())
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	fmt.Fprint(w, b.String())
}

func memory() float64 {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(sample)
	return float64(sample[0].Value.Uint64() - sample[1].Value.Uint64())
}

package server

import (
	"bytes"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestAFaultInAHandlerIsOneLineOfTheLog(t *testing.T) {
	var ours, theirs bytes.Buffer
	s := &Server{log: slog.New(slog.NewTextHandler(&ours, nil))}
	var nothing map[string]int
	site := httptest.NewUnstartedServer(s.survive(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { nothing["a"]++ })))
	site.Config.ErrorLog = log.New(&theirs, "", 0)
	site.Start()
	defer site.Close()
	if r, err := http.Get(site.URL + "/where"); err == nil {
		r.Body.Close()
		t.Errorf("a fault was answered with %s", r.Status)
	}
	site.Close() // waits for the connection's end
	if n := strings.Count(ours.String(), "\n"); n != 1 || !strings.Contains(ours.String(), "path=/where") || theirs.Len() > 0 {
		t.Errorf("logged %d lines:\n%s\nand net/http:\n%s", n, ours.String(), theirs.String())
	}
}

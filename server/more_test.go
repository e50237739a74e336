package server

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// TestAnswersArriveWholeWhateverTheirLength asks for lengths round the sizes of net/http's buffers, as one write, as
// many small ones and as a file.
func TestAnswersArriveWholeWhateverTheirLength(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	content := bytes.Repeat([]byte("0123456789abcdef"), 1<<14)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.Query().Get("n"))
		switch r.URL.Path {
		case "/once":
			w.Write(content[:n])
		case "/many":
			for i := 0; i < n; i += 100 {
				w.Write(content[i:min(i+100, n)])
			}
		case "/file":
			http.ServeFile(w, r, file)
		}
	})}
	done := make(chan error)
	go func() { done <- srv.Serve(moreListener{l}) }()
	defer func() { srv.Close(); <-done }()
	for _, path := range []string{"/once", "/many", "/file"} {
		for _, n := range []int{0, 1, 2047, 2048, 2049, 3800, 3900, 4000, 4095, 4096, 4097, 8191, 8192, 8193, len(content)} {
			if path == "/file" {
				n = len(content)
			}
			a, err := http.Get("http://" + l.Addr().String() + path + "?n=" + strconv.Itoa(n))
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(a.Body)
			a.Body.Close()
			if err != nil || !bytes.Equal(got, content[:n]) {
				t.Errorf("%s of %d bytes: got %d bytes, %v", path, n, len(got), err)
			}
		}
	}
}

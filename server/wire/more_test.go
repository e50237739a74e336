package wire

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
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
	}), ConnState: Note}
	done := make(chan error)
	go func() { done <- srv.Serve(Listen(l, Options{})) }()
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

// TestAnAnswerThatEndsWithTheBufferDoesNotWait asks for every length near which head and body fill net/http's buffer:
// the one that does exactly would lie in the kernel for 200 ms.
func TestAnAnswerThatEndsWithTheBufferDoesNotWait(t *testing.T) {
	s := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.RawQuery)
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Content-Length", r.URL.RawQuery)
		w.Write(bytes.Repeat([]byte("x"), n))
	}), true, time.Minute)
	v := s.visit(t)
	for n := httpBuffer - 200; n < httpBuffer; n++ {
		fastest := time.Hour
		for try := 0; try < 3 && fastest > 100*time.Millisecond; try++ { // else the machine is busy
			asked := time.Now()
			v.send(fmt.Sprintf("GET /long?%d HTTP/1.1\r\nHost: box\r\n\r\n", n))
			v.answer("GET")
			fastest = min(fastest, time.Since(asked))
		}
		if fastest > 100*time.Millisecond {
			t.Errorf("a body of %d bytes took %v at best", n, fastest)
		}
	}
}

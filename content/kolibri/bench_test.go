package kolibri_test

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"lamplight/content/library"
)

// big makes a channel of n nodes whose files have total bytes: nine in ten a document and a picture, the tenth films.
func big(t testing.TB, n int, total int64) *made {
	m := newChannel(t, "", channelID, 5)
	chance := rand.New(rand.NewPCG(1, 1))
	block := make([]byte, 1<<20)
	for i := range block {
		block[i] = byte(chance.Uint32())
	}
	film := total * 7 / 10 / int64(n/10)
	small := total * 3 / 10 / int64(n-n/10)
	var topic string
	for i := range n {
		if i%100 == 0 {
			topic = m.node(fmt.Sprint("topic ", i), "", "topic", nil)
		}
		size, kind, preset, ext := small, "document", "document", "pdf"
		if i%10 == 0 {
			size, kind, preset, ext = film, "video", "high_res_video", "mp4"
		}
		id := m.node(fmt.Sprint("node ", i), topic, kind, row{"license_name": "CC BY", "license_owner": "Owner"})
		m.stream(id, preset, ext, size, block, i)
	}
	m.done()
	return m
}

// stream stores a long file.
func (m *made) stream(node, preset, ext string, size int64, block []byte, seed int) {
	temp, err := os.CreateTemp(m.dir, "")
	if err != nil {
		m.t.Fatal(err)
	}
	sum := md5.New()
	block[0], block[1], block[2] = byte(seed), byte(seed>>8), byte(seed>>16)
	for left := size; left > 0; {
		b := block[:min(left, int64(len(block)))]
		sum.Write(b)
		temp.Write(b)
		left -= int64(len(b))
	}
	temp.Close()
	hash := hex.EncodeToString(sum.Sum(nil))
	m.fileRow(node, preset, ext, hash, size)
	to := m.stored(hash + "." + ext)
	os.MkdirAll(filepath.Dir(to), 0o755)
	if err := os.Rename(temp.Name(), to); err != nil {
		m.t.Fatal(err)
	}
}

// BenchmarkImport imports a channel of 5,000 nodes beside cp of the same folder, both until all is on the disk, in a process
// of its own each. KOLIBRI_BENCH_MB is its size, 200 where it is not said.
func BenchmarkImport(b *testing.B) {
	if drive := os.Getenv("KOLIBRI_BENCH_DRIVE"); drive != "" {
		box := newBox(b, os.Getenv("KOLIBRI_BENCH_BOX"))
		r := box.take(drive, library.ImportOptions{})
		if len(r.Refused) > 0 || len(r.Courses) != 1 {
			b.Fatal(r.Refused)
		}
		status, _ := os.ReadFile("/proc/self/status")
		for l := range strings.Lines(string(status)) {
			if strings.HasPrefix(l, "VmHWM") {
				fmt.Println("PEAK", strings.Fields(l)[1])
			}
		}
		return
	}
	mb, _ := strconv.Atoi(os.Getenv("KOLIBRI_BENCH_MB"))
	if mb == 0 {
		mb = 200
	}
	m := big(b, 5000, int64(mb)<<20)
	exec.Command("sync").Run()
	var cp, ours time.Duration
	var peak string
	b.ResetTimer()
	for range b.N {
		dir := b.TempDir()
		start := time.Now()
		if err := exec.Command("sh", "-c", `cp -r "$0" "$1" && sync -f "$1"`, filepath.Join(m.dir, "content"), filepath.Join(dir, "copy")).Run(); err != nil {
			b.Fatal(err)
		}
		cp += time.Since(start)
		os.RemoveAll(filepath.Join(dir, "copy"))
		exec.Command("sync").Run()
		child := exec.Command(os.Args[0], "-test.run", "^$", "-test.bench", "^BenchmarkImport$", "-test.benchtime", "1x")
		child.Env = append(os.Environ(), "KOLIBRI_BENCH_DRIVE="+m.dir, "KOLIBRI_BENCH_BOX="+filepath.Join(dir, "box"))
		start = time.Now()
		out, err := child.CombinedOutput()
		if err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		ours += time.Since(start)
		_, after, _ := strings.Cut(string(out), "PEAK ")
		peak, _, _ = strings.Cut(after, "\n")
		os.RemoveAll(dir)
	}
	b.ReportMetric(cp.Seconds()/float64(b.N), "cp-s")
	b.ReportMetric(ours.Seconds()/float64(b.N), "import-s")
	b.ReportMetric(cp.Seconds()/ours.Seconds(), "of-cp")
	if kb, err := strconv.Atoi(peak); err == nil {
		b.ReportMetric(float64(kb)/1024, "peak-MiB")
	}
}

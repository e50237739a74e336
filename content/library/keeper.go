package library

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"lamplight/content"
)

// A keeper copies, makes or links a plan's files.
type keeper struct {
	l           *Library
	ctx         context.Context
	o           ImportOptions
	title       string
	done, total int64
	kept        []string // blobs, to be swept if the install fails
	links       map[string]link
	sources     map[string]string
	have        map[string]ManifestFile // files told by their names that are here already
	refused     []content.RefusedFile   // files that were left out
	course      content.CourseID
	again       int64 // bytes still to be packed anew, of total
	anew        bool  // it was packed anew

	waiting      []ManifestFile // files that were copied since the last note
	waitingBytes int64
	counting     sync.Mutex // guards done
}

func (k *keeper) keep(p *content.Plan) (*Manifest, error) {
	var copied int64
	k.have = k.l.named(p.Course.Format, p)
	byContent := false
	for _, f := range p.Files {
		k.total += f.Size
		if had := k.have[f.Name]; (!k.o.Link || f.Make != nil) && !(k.o.Own && f.ByContent) && !k.owns(f) && (had.Name == "" || had.Size != f.Size) {
			copied += f.Size
			if _, ok := k.whole(f); ok {
				copied -= f.Size
			} else if key := k.halfKey(f); key != "" {
				copied -= min(f.Size, k.l.blobs.Half(key))
			}
		}
		byContent = byContent || f.ByContent
	}
	k.again = k.repacks(p)
	k.total += k.again
	if err := k.l.makeRoom(copied, p.Course.ID); err != nil {
		return nil, err
	}
	m := &Manifest{Version: ManifestVersion, Course: p.Course, Format: p.Course.Format, Index: p.Index}
	var many []ManifestFile
	if byContent && !k.o.Link {
		var err error
		if many, err = k.bulk(p); err != nil {
			return nil, err
		}
	}
	for i, f := range p.Files {
		if many != nil && f.ByContent {
			if many[i].Name != "" {
				m.Files = append(m.Files, many[i])
			}
			continue
		}
		file, err := k.file(f)
		if err != nil {
			return nil, err
		}
		if file.Travel, err = k.travel(m.Format, file); err != nil {
			return nil, err
		}
		m.Files = append(m.Files, file)
	}
	k.complete(m, p)
	return m, nil
}

// complete takes files that are not where the course is imported from out of other courses of the format, and counts what
// is missing then.
func (k *keeper) complete(m *Manifest, p *content.Plan) {
	m.Course.Missing = len(k.refused)
	for _, f := range p.Missing {
		if had, ok := k.have[f.Name]; ok {
			m.Files = append(m.Files, had)
			continue
		}
		m.Course.Missing++
	}
	if len(p.Missing)+len(k.refused) == 0 {
		return
	}
	m.Course.Bytes = 0
	for _, f := range m.Files {
		m.Course.Bytes += f.Size
	}
}

func (k *keeper) file(f content.PlanFile) (ManifestFile, error) {
	switch {
	case f.Make != nil:
		return k.make(f)
	case k.o.Link && len(f.Parts) == 1:
		return k.link(f)
	default:
		return k.copy(f)
	}
}

// make lets the format write the file, in the store's own folder.
func (k *keeper) make(f content.PlanFile) (ManifestFile, error) {
	temp, err := k.l.blobs.Temp()
	if err != nil {
		return ManifestFile{}, err
	}
	defer os.Remove(temp)
	if err := f.Make(k.ctx, temp); err != nil {
		return ManifestFile{}, err
	}
	hash, size, err := k.l.blobs.Adopt(k.ctx, temp, k.l.note)
	if err != nil {
		return ManifestFile{}, err
	}
	k.kept = append(k.kept, hash)
	k.progress(size)
	return ManifestFile{Name: f.Name, Size: size, Hash: hash}, nil
}

// link leaves the file where it is; HashLinked reads it later.
func (k *keeper) link(f content.PlanFile) (ManifestFile, error) {
	path, err := filepath.Abs(f.Parts[0])
	if err != nil {
		return ManifestFile{}, err
	}
	fi, err := os.Stat(path)
	if err != nil {
		return ManifestFile{}, err
	}
	k.links[f.Name] = link{Path: path, Size: fi.Size(), ModTime: fi.ModTime().UnixNano(), MD5: hex.EncodeToString(f.MD5), MD5Size: f.MD5Size}
	return ManifestFile{Name: f.Name, Size: fi.Size()}, nil
}

func (l link) sameFile(f content.PlanFile) bool {
	if len(f.Parts) != 1 {
		return false
	}
	path, err := filepath.Abs(f.Parts[0])
	fi, errStat := os.Stat(l.Path)
	return err == nil && errStat == nil && path == l.Path && fi.Size() == l.Size && fi.ModTime().UnixNano() == l.ModTime
}

// copy puts the joined parts into the store, checking size and MD5 on the way.
func (k *keeper) copy(f content.PlanFile) (ManifestFile, error) {
	from := source(f.Parts) // before it is read: what changes meanwhile is read again next time
	k.sources[f.Name] = from
	if had, ok := k.whole(f); ok {
		k.progress(had.Size)
		return had, nil
	}
	r := newPartsReader(f, k.progress)
	defer r.close()
	hash, size, err := k.put(f, r)
	if r.unfit != nil {
		return ManifestFile{}, fmt.Errorf("%s: %w", filepath.Base(f.Parts[0]), r.unfit)
	}
	if err != nil {
		return ManifestFile{}, err
	}
	k.kept = append(k.kept, hash)
	file := ManifestFile{Name: f.Name, Size: size, Hash: hash}
	return file, k.copied(from, file)
}

// large is from how many bytes on a copy that was cut goes on where it was.
const large = 32 << 20

// put copies a file, a large one so that it can go on after it was cut.
func (k *keeper) put(f content.PlanFile, r io.Reader) (hash string, size int64, err error) {
	if k.owns(f) {
		if hash, size, err = k.adopt(f, r); !errors.Is(err, errors.ErrUnsupported) {
			return hash, size, err
		}
	}
	if key := k.halfKey(f); key != "" {
		return k.l.blobs.PutResumed(k.ctx, key, r, func(hash string) error { return k.noteLarge(f, hash) })
	}
	return k.l.blobs.PutNoted(k.ctx, r, k.l.note)
}

// owns says whether a file may be kept by a second name.
func (k *keeper) owns(f content.PlanFile) bool { return k.o.OwnAll && len(f.Parts) == 1 && !k.o.Link }

// adopt keeps a file by a second name once r has read it to its end; errors.ErrUnsupported where the disk has no such names.
func (k *keeper) adopt(f content.PlanFile, r io.Reader) (hash string, size int64, err error) {
	temp, err := k.l.blobs.Temp()
	if err != nil {
		return "", 0, err
	}
	if os.Link(f.Parts[0], temp) != nil {
		return "", 0, errors.ErrUnsupported
	}
	if _, err = io.Copy(io.Discard, r); err != nil {
		return "", 0, errors.Join(err, os.Remove(temp))
	}
	return k.l.blobs.Adopt(k.ctx, temp, k.l.note)
}

// halfKey names the copy of a large file while it is not whole: the same for the same source, unchanged; "" for others.
func (k *keeper) halfKey(f content.PlanFile) string {
	if from := source(f.Parts); f.Size >= large && from != "" && f.Make == nil && !f.ByContent {
		return hashBytes([]byte(from))[:32]
	}
	return ""
}

func (k *keeper) progress(n int64) {
	k.counting.Lock()
	defer k.counting.Unlock()
	if k.done += n; k.o.Progress != nil {
		k.o.Progress(k.done, max(k.total, k.done), k.title)
	}
}

// A partsReader reads files one after the other. At the end it fails unless size and MD5 are as they should be.
type partsReader struct {
	parts    []string
	open     *os.File
	read     int64
	want     int64
	sum      hash.Hash
	sumLeft  int64
	sumWant  []byte
	progress func(int64)
	unfit    error // why what was read is not what was planned
	failed   error // of opening or reading a part
}

func newPartsReader(f content.PlanFile, progress func(int64)) *partsReader {
	r := &partsReader{parts: f.Parts, want: f.Size, progress: progress}
	if len(f.MD5) > 0 {
		r.sum, r.sumLeft, r.sumWant = md5.New(), f.MD5Size, f.MD5
	}
	return r
}

func (r *partsReader) Read(b []byte) (int, error) {
	for {
		if r.open == nil {
			if len(r.parts) == 0 {
				if r.unfit = r.check(); r.unfit != nil {
					return 0, r.unfit
				}
				return 0, io.EOF
			}
			f, err := os.Open(r.parts[0])
			if err != nil {
				r.failed = err
				return 0, err
			}
			r.open, r.parts = f, r.parts[1:]
		}
		n, err := r.open.Read(b)
		if errors.Is(err, io.EOF) && n == 0 {
			r.close()
			continue
		}
		r.read += int64(n)
		if s := min(int64(n), r.sumLeft); s > 0 {
			r.sum.Write(b[:s])
			r.sumLeft -= s
		}
		r.progress(int64(n))
		if err != nil && !errors.Is(err, io.EOF) {
			r.failed = err
		}
		return n, err
	}
}

func (r *partsReader) check() error {
	if r.read != r.want {
		return fmt.Errorf("it has %d bytes where %d were planned: it changed while it was read: %w", r.read, r.want, fs.ErrInvalid)
	}
	if r.sumWant != nil && (r.sumLeft > 0 || string(r.sum.Sum(nil)) != string(r.sumWant)) {
		return fmt.Errorf("its MD5 is not the one it states: the file is damaged: %w", fs.ErrInvalid)
	}
	return nil
}

func (r *partsReader) close() {
	if r.open != nil {
		r.open.Close()
		r.open = nil
	}
}

package clustertest

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A call is one system call that changed a folder, as strace saw it.
type call struct {
	what string // "open", "write", "cut", "sync", "rename", "remove", "say"
	path string // within the folder; of "say" what was said
	to   string // of a rename
	off  int64
	data []byte
}

var (
	lineOf = regexp.MustCompile(`^\d+ +(\w+)\((.*)\) += (\d+)(?:<((?:\\x[0-9a-f]{2})*)>)?$`)
	fdOf   = regexp.MustCompile(`^(\d+)<((?:\\x[0-9a-f]{2})*)>(?:, )?`)
	textOf = regexp.MustCompile(`"((?:\\x[0-9a-f]{2})*)"`)
)

// plain undoes strace's \x41.
func plain(s string) string {
	b := make([]byte, 0, len(s)/4)
	for i := 0; i+4 <= len(s); i += 4 {
		n, _ := strconv.ParseUint(s[i+2:i+4], 16, 8) // the patterns let nothing else through
		b = append(b, byte(n))
	}
	return string(b)
}

// readCalls reads what strace -f -y -xx wrote of the folder dir. What the child writes to the file
// named said, outside of dir, is its own words, in order with the rest.
func readCalls(path, dir, said string) ([]call, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []call
	at, begun := map[string]int64{}, unfinished{} // of a descriptor, for write(2)
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		line, ok := begun.join(lines.Text())
		if !ok {
			continue
		}
		m := lineOf.FindStringSubmatch(line)
		if m == nil && failed.MatchString(line) {
			continue
		}
		if m == nil {
			return nil, fmt.Errorf("strace said what is not understood: %.300s", line)
		}
		for _, c := range oneCall(m, at) {
			if c.path == said {
				if c.what == "write" {
					out = append(out, call{what: "say", path: string(c.data)})
				}
				continue
			}
			if c.path, err = filepath.Rel(dir, c.path); err != nil || strings.HasPrefix(c.path, "..") {
				continue
			}
			if c.to != "" {
				c.to, _ = filepath.Rel(dir, c.to)
			}
			out = append(out, c)
		}
	}
	return out, lines.Err()
}

// unfinished holds the first halves of calls that another thread's line cut in two, by thread.
type unfinished map[string]string

var failed = regexp.MustCompile(`\) += (-1 E|\?)`)

var resumed = regexp.MustCompile(`^(\d+) +<\.\.\. \w+ resumed>(.*)$`)

// join gives a call's whole line once it is there; signals and ends of threads are none.
func (u unfinished) join(line string) (string, bool) {
	if head, ok := strings.CutSuffix(line, " <unfinished ...>"); ok {
		thread, _, _ := strings.Cut(head, " ")
		u[thread] = head
		return "", false
	}
	if m := resumed.FindStringSubmatch(line); m != nil {
		head := u[m[1]]
		delete(u, m[1])
		return head + m[2], head != ""
	}
	return line, strings.Contains(line, "(") && !strings.Contains(line, "--- SIG")
}

// oneCall is nothing, or what the line m says.
func oneCall(m []string, at map[string]int64) []call {
	name, args := m[1], m[2]
	texts := textOf.FindAllStringSubmatch(args, -1)
	last := args[strings.LastIndexByte(args, ' ')+1:]
	number, _ := strconv.ParseInt(last, 10, 64)
	fd := fdOf.FindStringSubmatch(args)
	switch name {
	case "openat":
		at[m[3]] = 0
		if strings.Contains(args, "O_CREAT") {
			c := call{what: "open", path: plain(m[4])}
			if strings.Contains(args, "O_TRUNC") {
				c.off = 1
			}
			return []call{c}
		}
	case "write":
		if fd == nil || len(texts) == 0 {
			return nil
		}
		c := call{what: "write", path: plain(fd[2]), off: at[fd[1]], data: []byte(plain(texts[0][1]))}
		at[fd[1]] += int64(len(c.data))
		return []call{c}
	case "pwrite64":
		return []call{{what: "write", path: plain(fd[2]), off: number, data: []byte(plain(texts[0][1]))}}
	case "ftruncate":
		return []call{{what: "cut", path: plain(fd[2]), off: number}}
	case "fsync", "fdatasync":
		return []call{{what: "sync", path: plain(fd[2])}}
	case "rename", "renameat", "renameat2":
		return []call{{what: "rename", path: plain(texts[0][1]), to: plain(texts[1][1])}}
	case "unlink", "unlinkat":
		return []call{{what: "remove", path: plain(texts[0][1])}}
	}
	return nil
}

// A card is what a folder is made of: names, and what they name. What was synced is whole; the rest waits in order.
type card struct {
	names   map[string]*inode // durable
	seen    map[string]*inode // as the running program sees it
	waiting []change          // names that changed and are not synced
	open    map[*inode]bool   // with writes that are not synced
}

type inode struct {
	data  []byte
	dirty []call
}

// A change of names: to is nil for one that went.
type change struct {
	name string
	node *inode
	from string // of a rename: this one goes
}

// newCard is a folder as it lies.
func newCard(dir string) (*card, error) {
	c := &card{names: map[string]*inode{}, seen: map[string]*inode{}, open: map[*inode]bool{}}
	return c, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		c.names[name] = &inode{data: b}
		c.seen[name] = c.names[name]
		return err
	})
}

// do lets one call happen. A sync that lies does nothing.
func (c *card) do(op call, lies bool) {
	node := c.seen[op.path]
	switch op.what {
	case "open":
		if node == nil {
			node = &inode{}
			c.seen[op.path] = node
			c.waiting = append(c.waiting, change{name: op.path, node: node})
		} else if op.off == 1 {
			c.change(node, call{what: "cut"})
		}
	case "write", "cut":
		if node != nil {
			c.change(node, op)
		}
	case "rename":
		if node != nil {
			delete(c.seen, op.path)
			c.seen[op.to] = node
			c.waiting = append(c.waiting, change{name: op.to, node: node, from: op.path})
		}
	case "remove":
		delete(c.seen, op.path)
		c.waiting = append(c.waiting, change{name: op.path})
	case "sync":
		if !lies {
			c.sync(node)
		}
	}
}

func (c *card) change(node *inode, op call) {
	node.dirty = append(node.dirty, op)
	c.open[node] = true
}

// sync of a file makes its bytes durable, of a folder all names that changed; a file's own name with it, as file systems
// with a journal do it.
func (c *card) sync(node *inode) {
	if node != nil {
		for _, op := range node.dirty {
			node.data = op.whole(node.data)
		}
		node.dirty = nil
		delete(c.open, node)
	}
	for _, ch := range c.waiting {
		ch.apply(c.names)
	}
	c.waiting = nil
}

func (ch change) apply(names map[string]*inode) {
	if ch.from != "" {
		delete(names, ch.from)
	}
	if ch.node == nil {
		delete(names, ch.name)
	} else {
		names[ch.name] = ch.node
	}
}

func (op call) whole(data []byte) []byte {
	end := op.off + int64(len(op.data))
	if op.what == "cut" {
		if op.off <= int64(len(data)) {
			return data[:op.off:op.off]
		}
		end = op.off
	}
	if end > int64(len(data)) {
		data = append(slices.Clip(data), make([]byte, end-int64(len(data)))...)
	}
	copy(data[op.off:], op.data)
	return data
}

// torn is one of the folders that a power cut now may leave: of the names that wait the first few changed, of the bytes
// that wait each sector of 512 is there or is not.
func (c *card) torn(dir string, r *rand.Rand) error {
	names := map[string]*inode{}
	for name, node := range c.names {
		names[name] = node
	}
	if n := len(c.waiting); n > 0 {
		for _, ch := range c.waiting[:r.IntN(n+1)] {
			ch.apply(names)
		}
	}
	order := make([]string, 0, len(names))
	for name := range names {
		order = append(order, name)
	}
	slices.Sort(order)
	for _, name := range order {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, names[name].torn(r), 0o600); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func (n *inode) torn(r *rand.Rand) []byte {
	if len(n.dirty) == 0 {
		return n.data
	}
	data, most := bytes.Clone(n.data), 1+r.IntN(8) // of 8: now nearly nothing, now nearly all came through
	for _, op := range n.dirty {
		if op.what == "cut" {
			if r.IntN(8) < most {
				data = op.whole(data)
			}
			continue
		}
		for at := 0; at < len(op.data); {
			end := min(len(op.data), at+512-int(op.off+int64(at))%512)
			if r.IntN(8) < most {
				data = call{what: "write", off: op.off + int64(at), data: op.data[at:end]}.whole(data)
			}
			at = end
		}
	}
	return data
}

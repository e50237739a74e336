package auth

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// queues are the phones that are passed round, in memory and in the file "turns" beside the sessions: one JSON object,
// made afresh at each change, a few a minute. It names people by their ids alone. Losing it ends the queues, nothing more.
//
//	{"version":1,"queues":{"ID in hex":{"class":…,"by":…,"minutes":5,"waiting":[…],"now":{"person":…,"session":…},…}}}
type queues struct {
	turns   string // path of the file
	running map[queueID]*queue
}

type queuesFile struct {
	Version int               `json:"version"`
	Queues  map[string]*queue `json:"queues"`
}

// forgetQueue so long a queue that is over is remembered, for who had a turn today.
const forgetQueue = 24 * time.Hour

// maxTurns is more than the file grows to: 60 queues of 200 learners.
const maxTurns = 4 << 20

// openQueues reads what is there. A file of a newer version is refused, unharmed; a damaged one is begun anew. A turn
// that was under way begins anew, since how long the box was off may not be known.
func (k *Keeper) openQueues(path string) error {
	k.queues = queues{turns: path, running: map[queueID]*queue{}}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var f queuesFile
	if len(b) > maxTurns || json.Unmarshal(b, &f) != nil {
		return nil
	}
	if f.Version > 1 {
		return fmt.Errorf("%s: version %d: %w", path, f.Version, errors.ErrUnsupported)
	}
	for text, q := range f.Queues {
		var id queueID
		raw, err := hex.DecodeString(text)
		if err != nil || copy(id[:], raw) != len(id) || q == nil || q.Minutes < 1 || q.Minutes > 60 {
			continue
		}
		q.used, q.until = k.now(), k.now()+time.Duration(q.Minutes)*time.Minute
		k.running[id] = q
	}
	return nil
}

// saveQueues writes them all. On a full disk they are held in memory. The caller holds mu.
func (k *Keeper) saveQueues() error {
	f := queuesFile{1, map[string]*queue{}}
	for id, q := range k.running {
		if q.Over && k.now()-q.used > forgetQueue {
			delete(k.running, id)
			continue
		}
		f.Queues[id.String()] = q
	}
	b, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("auth: queues: %w", err)
	}
	file, err := replaceFile(k.turns, b)
	if err == nil {
		err = file.Close()
	}
	if err != nil && !errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("auth: queues: %w", err)
	}
	return nil
}

// makeQueueRoom forgets a queue where there are too many: one that is over, else one that no teacher began, and of those
// the one used least recently. The caller holds mu.
func (k *Keeper) makeQueueRoom() {
	if len(k.running) < maxQueues {
		return
	}
	var worst queueID
	rank := func(q *queue) time.Duration { // the greater, the sooner it goes
		r := k.now() - q.used
		if q.Over {
			r += 1000 * forgetQueue
		}
		if q.By == "" {
			r += 100 * forgetQueue
		}
		return r
	}
	for id, q := range k.running {
		if w := k.running[worst]; w == nil || rank(q) > rank(w) {
			worst = id
		}
	}
	k.drop(k.running[worst].Now)
	delete(k.running, worst)
}

// queue finds the queue of a token, as it is now; ErrNoQueue when there is none or it is over. The caller holds mu.
func (k *Keeper) queue(token string) (*queue, error) {
	if token == "" || len(token) > 64 {
		return nil, ErrNoQueue
	}
	q := k.running[queueOf(token)]
	if q == nil {
		return nil, ErrNoQueue
	}
	k.settle(q)
	if q.Over {
		return nil, ErrNoQueue
	}
	return q, nil
}

// settle ends what time has ended: a turn for which even a late answer is too late, a queue that nobody used for as long as ends a session on a
// shared phone. The caller holds mu.
func (k *Keeper) settle(q *queue) {
	if q.Now != nil && k.now()-q.until >= Late {
		_ = k.endNow(q) // if it could not be written, it is settled again after a restart
	}
	if !q.Over && q.Now == nil && k.now()-q.used > k.idle[shared] {
		q.Over = true
		_ = k.saveQueues()
	}
}

// today is the school's date, "" when it is not known.
func (k *Keeper) today() string {
	now, believed := k.wall()
	if !believed {
		return ""
	}
	school, err := k.roster.School()
	if err != nil {
		return ""
	}
	return school.Local(now).Format(time.DateOnly)
}

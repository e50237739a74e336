package auth

import (
	"errors"
	"io/fs"
)

// Guess runs a try at a secret that is nobody's own, such as the words of a recovery sheet, and holds it against the phone
// when it was wrong (fs.ErrPermission or fs.ErrInvalid): a *WaitError says that it was not looked at yet. what names the
// secret.
func (k *Keeper) Guess(from Phone, what string, try func() error) error {
	suspects := append(k.suspectsOf(from), suspect{nameKey(what), personPatience})
	if wait := k.waits.begin(k.now(), suspects); wait > 0 {
		return &WaitError{wait}
	}
	defer k.waits.end(suspects)
	err := try()
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrInvalid) {
		k.waits.failed(k.now(), suspects...)
	}
	return err
}

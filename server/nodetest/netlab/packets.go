package netlab

import (
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Of linux/ethtool.h: what makes one large packet of many, which counters would then count as one.
var offloads = []uint32{0x1f, 0x24, 0x2c} // ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_SGRO

// plainPackets makes every interface send packets as a wire would see them.
func (l *Lab) plainPackets() error {
	for dev, p := range map[string]Place{"va": A, "vb": B, "ma": Middle, "mb": Middle} {
		if err := l.Inside(p, func() error { return plain(dev) }); err != nil {
			return fmt.Errorf("netlab: %s: %w", dev, err)
		}
	}
	return nil
}

// plain switches the offloads of an interface of this thread's namespace off.
func plain(dev string) (err error) {
	s, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unix.Close(s)) }()
	for _, what := range offloads {
		value := struct{ cmd, data uint32 }{what, 0}
		request := struct {
			name [unix.IFNAMSIZ]byte
			data unsafe.Pointer
			rest [16]byte
		}{data: unsafe.Pointer(&value)}
		copy(request.name[:], dev)
		if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(s), unix.SIOCETHTOOL, uintptr(unsafe.Pointer(&request))); errno != 0 {
			return errno
		}
	}
	return nil
}

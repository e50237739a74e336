package exchange

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// beyond is how many bytes a connection has moved besides what was written to it and read from it: IP and TCP headers of
// every packet both ways, acknowledgements among them, what was sent again, and what has come and was not read yet. The
// kernel counts them (TCP_INFO); a header is 20 bytes of IPv4 or 40 of IPv6, 20 of TCP and 12 of its timestamps. 0 where
// the kernel does not say.
func beyond(c net.Conn, read int64) int64 {
	t, ok := c.(syscall.Conn)
	if !ok {
		return 0
	}
	raw, err := t.SyscallConn()
	if err != nil {
		return 0
	}
	var info *unix.TCPInfo
	if raw.Control(func(fd uintptr) { info, err = unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO) }) != nil || err != nil {
		return 0
	}
	each := int64(52)
	if a, ok := c.RemoteAddr().(*net.TCPAddr); ok && a.IP.To4() == nil {
		each = 72
	}
	packets := int64(info.Segs_in) + int64(info.Segs_out) + goodbye
	return packets*each + int64(info.Bytes_retrans) + max(0, int64(info.Bytes_received)-read)
}

// goodbye is how many packets end a connection after its bytes were last counted.
const goodbye = 4

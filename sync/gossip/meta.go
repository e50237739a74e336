package gossip

import (
	"encoding/binary"
	"encoding/hex"
	"strings"
	"unicode/utf8"
)

// What memberlist carries for a box in the school pool (29 bytes of the 64 allowed) and, but for the first three and
// the last two, a digest message between two such boxes:
//
//	version 1 ‖ role 1 ‖ exchange protocol 1 ‖ device 8 ‖ boot tag 4 ‖ count 4 ‖ digest 8 ‖ exchange port 2
//	'D' ‖ device 8 ‖ boot tag 4 ‖ count 4 ‖ digest 8
//
// The boot tag is random for each start; within one, a higher count is later. Numbers are big-endian. Bytes after these
// are for later versions and are skipped.
const (
	metaVersion = 1
	metaLength  = 29
	newsLength  = 25
	maxMeta     = 64
)

// news is a digest and when, in its box's own order, it was so.
type news struct {
	device [8]byte
	boot   [4]byte
	count  uint32
	digest [8]byte
}

func (n news) append(b []byte) []byte {
	b = append(append(b, n.device[:]...), n.boot[:]...)
	b = binary.BigEndian.AppendUint32(b, n.count)
	return append(b, n.digest[:]...)
}

func (n *news) parse(b []byte) {
	copy(n.device[:], b)
	copy(n.boot[:], b[8:])
	n.count = binary.BigEndian.Uint32(b[12:])
	copy(n.digest[:], b[16:])
}

// newer says whether n replaces old.
func (n news) newer(old news) bool { return n.boot != old.boot || n.count > old.count }

// message is n as sent straight to a member.
func (n news) message() []byte { return n.append([]byte{'D'}) }

func parseMessage(b []byte) (n news, ok bool) {
	if len(b) < newsLength || b[0] != 'D' {
		return n, false
	}
	n.parse(b[1:])
	return n, true
}

// schoolMeta is a box in the school pool.
type schoolMeta struct {
	role  Role
	proto uint8
	news  news
	port  uint16
}

func (m schoolMeta) bytes() []byte {
	b := m.news.append([]byte{metaVersion, byte(m.role), m.proto})
	return binary.BigEndian.AppendUint16(b, m.port)
}

// parseSchoolMeta reads what the node called name says of itself; its name must be its device's id.
func parseSchoolMeta(name string, b []byte) (m schoolMeta, ok bool) {
	if len(b) < metaLength || len(b) > maxMeta || b[0] != metaVersion {
		return m, false
	}
	m.role, m.proto, m.port = Role(b[1]), b[2], binary.BigEndian.Uint16(b[27:])
	m.news.parse(b[3:])
	return m, name == hex.EncodeToString(m.news.device[:]) && m.port != 0
}

// lobbyMeta is a box in the lobby: version 1 ‖ flags 1 (1: an invitation is open) ‖ device 8 ‖ exchange port 2 ‖ name.
type lobbyMeta struct {
	opens  bool
	device [8]byte
	port   uint16
	name   string
}

const maxLobbyName = maxMeta - 12

func (m lobbyMeta) bytes() []byte {
	b := []byte{metaVersion, 0}
	if m.opens {
		b[1] = 1
	}
	b = binary.BigEndian.AppendUint16(append(b, m.device[:]...), m.port)
	name := m.name
	for len(name) > maxLobbyName {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return append(b, name...)
}

func parseLobbyMeta(name string, b []byte) (m lobbyMeta, ok bool) {
	if len(b) < 12 || len(b) > maxMeta || b[0] != metaVersion {
		return m, false
	}
	m.opens, m.port = b[1]&1 != 0, binary.BigEndian.Uint16(b[10:])
	copy(m.device[:], b[2:])
	m.name = strings.ToValidUTF8(strings.Map(printable, string(b[12:])), "?")
	return m, name == hex.EncodeToString(m.device[:]) && m.port != 0
}

// printable drops what could play with a terminal or a page's direction.
func printable(r rune) rune {
	if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
		return -1
	}
	return r
}

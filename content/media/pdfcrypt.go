package media

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha256"
	"crypto/sha512"
)

// A pdfCrypt opens a PDF that is encrypted but asks for no password: many books are, to forbid printing or copying.
// Every viewer opens them with the empty password (ISO 32000-2, 7.6); so do we, to count pages and read the title.
type pdfCrypt struct {
	key []byte
	aes bool // else RC4
	own bool // the key is used as it is (AES-256), not mixed with the object's number

	plainMeta bool // metadata streams are not encrypted
}

// pdfPad fills a password to 32 bytes (7.6.4.3.2).
const pdfPad = "\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A"

// unlock makes the key of the empty password, nil if that does not open the file.
func (p *pdf) unlock() *pdfCrypt {
	d := p.dict(p.trailer["Encrypt"])
	if p.resolve(d["Filter"]) != pdfName("Standard") {
		return nil
	}
	number := func(name pdfName) int {
		v, _ := p.resolve(d[name]).(float64)
		if v < -1<<31 || v > 1<<32 {
			return 0
		}
		return int(v)
	}
	text := func(name pdfName) []byte {
		s, _ := p.resolve(d[name]).(pdfString)
		return s
	}
	version, revision := number("V"), number("R")
	c := &pdfCrypt{}
	if version >= 4 && !p.method(d, c) {
		return nil
	}
	plainMeta := p.resolve(d["EncryptMetadata"]) == false && revision >= 4
	c.plainMeta = plainMeta
	if revision >= 5 {
		c.own, c.aes = true, true
		c.key = unlock256(revision, text("U"), text("UE"))
	} else {
		size := 5
		if n := number("Length") / 8; version > 1 && n >= 5 && n <= 16 {
			size = n
		} else if version >= 4 {
			size = 16
		}
		c.key = p.unlock128(revision, size, number("P"), text("O"), text("U"), plainMeta)
	}
	if c.key == nil {
		return nil
	}
	return c
}

// method reads how streams are encrypted: crypt filters (7.6.6).
func (p *pdf) method(d pdfDict, c *pdfCrypt) bool {
	name, _ := p.resolve(d["StmF"]).(pdfName)
	filter := p.dict(p.dict(d["CF"])[name])
	switch p.resolve(filter["CFM"]) {
	case pdfName("V2"):
	case pdfName("AESV2"), pdfName("AESV3"):
		c.aes = true
	default:
		return false
	}
	return true
}

// unlock128 is algorithms 2, 4 and 5: MD5 and RC4.
func (p *pdf) unlock128(revision, size, permissions int, owner, user []byte, plainMeta bool) []byte {
	if len(owner) < 32 || len(user) < 32 {
		return nil
	}
	var id []byte
	if ids, ok := p.resolve(p.trailer["ID"]).([]any); ok && len(ids) > 0 {
		s, _ := p.resolve(ids[0]).(pdfString)
		id = s
	}
	h := md5.New()
	_, _ = h.Write([]byte(pdfPad))
	_, _ = h.Write(owner[:32])
	_, _ = h.Write([]byte{byte(permissions), byte(permissions >> 8), byte(permissions >> 16), byte(permissions >> 24)})
	_, _ = h.Write(id)
	if plainMeta {
		_, _ = h.Write([]byte{255, 255, 255, 255})
	}
	key := h.Sum(nil)
	if revision >= 3 {
		for range 50 {
			sum := md5.Sum(key[:size])
			key = sum[:]
		}
	}
	key = key[:size]
	check := []byte(pdfPad)
	rounds := 1
	if revision >= 3 {
		sum := md5.Sum(append([]byte(pdfPad), id...))
		check, rounds = sum[:], 20
	}
	for i := range rounds {
		mixed := make([]byte, size)
		for j := range mixed {
			mixed[j] = key[j] ^ byte(i)
		}
		check = rc4ed(mixed, check)
	}
	if !bytes.Equal(check, user[:len(check)]) {
		return nil
	}
	return key
}

// unlock256 is algorithms 2.A and 11: SHA-2 and AES-256.
func unlock256(revision int, user, encrypted []byte) []byte {
	if len(user) < 48 || len(encrypted) < 32 || !bytes.Equal(hash256(revision, user[32:40]), user[:32]) {
		return nil
	}
	block, err := aes.NewCipher(hash256(revision, user[40:48]))
	if err != nil {
		return nil
	}
	key := make([]byte, 32)
	cipher.NewCBCDecrypter(block, make([]byte, 16)).CryptBlocks(key, encrypted[:32])
	return key
}

// hash256 is algorithm 2.B for the empty password.
func hash256(revision int, salt []byte) []byte {
	sum := sha256.Sum256(salt)
	k := sum[:]
	if revision < 6 {
		return k
	}
	for round := 0; ; round++ {
		e := bytes.Repeat(k, 64)
		block, err := aes.NewCipher(k[:16])
		if err != nil {
			return nil
		}
		cipher.NewCBCEncrypter(block, k[16:32]).CryptBlocks(e, e)
		rest := 0
		for _, c := range e[:16] {
			rest += int(c)
		}
		switch rest % 3 {
		case 0:
			s := sha256.Sum256(e)
			k = s[:]
		case 1:
			s := sha512.Sum384(e)
			k = s[:]
		default:
			s := sha512.Sum512(e)
			k = s[:]
		}
		if round >= 63 && int(e[len(e)-1]) <= round-31 {
			return k[:32]
		}
	}
}

func rc4ed(key, b []byte) []byte {
	c, err := rc4.NewCipher(key)
	if err != nil {
		return nil
	}
	out := make([]byte, len(b))
	c.XORKeyStream(out, b)
	return out
}

// decrypt opens the bytes of a string or stream of an object (7.6.3.1); what cannot be opened is nil.
func (c *pdfCrypt) decrypt(num, gen int, b []byte) []byte {
	key := c.key
	if !c.own {
		mixed := append(append([]byte{}, key...), byte(num), byte(num>>8), byte(num>>16), byte(gen), byte(gen>>8))
		if c.aes {
			mixed = append(mixed, "sAlT"...)
		}
		sum := md5.Sum(mixed)
		key = sum[:min(len(c.key)+5, 16)]
	}
	if !c.aes {
		return rc4ed(key, b)
	}
	b = b[:len(b)&^15]
	block, err := aes.NewCipher(key)
	if err != nil || len(b) < 32 {
		return nil
	}
	out := make([]byte, len(b)-16)
	cipher.NewCBCDecrypter(block, b[:16]).CryptBlocks(out, b[16:])
	if pad := int(out[len(out)-1]); pad <= 16 && pad <= len(out) {
		out = out[:len(out)-pad]
	}
	return out
}

package store

import "lamplight/server/learning"

// KV is eventlog.KV.
type KV interface {
	Get(bucket string, key []byte) []byte
	Put(bucket string, key, value []byte)
	Delete(bucket string, key []byte)
	Scan(bucket string, prefix []byte, fn func(k, v []byte) bool)
}

// Draft is eventlog.Draft.
type Draft = learning.Draft

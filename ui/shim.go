package ui

import _ "embed"

//go:embed static/shim.js
var shim string

// Shim is the script that goes first in every page of a package, comments stripped; package player serves it.
func Shim() []byte { return []byte(stripJS(shim)) }

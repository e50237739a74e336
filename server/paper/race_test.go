//go:build race

package paper

func init() { raced = true } // the detector takes several times the memory

// SPDX-License-Identifier: Apache-2.0

// Checks a log with the packages that Go checks its module sums with: golang.org/x/mod/sumdb/note and tlog.
//
//	sumdb DIR VKEY [CHECKPOINT]
//
// DIR holds the log's files, VKEY is the log's verifier key, and CHECKPOINT is one that was seen earlier. Prints the size and
// ends with status 0 if the note is signed, every entry is proved to be in the tree, and the tree has grown from the
// earlier one; else says what is wrong and ends with status 1.
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// Proofs are checked for this many entries at each end; those between are compared with authenticated leaf hashes.
const proved = 600

func main() {
	if len(os.Args) < 3 || len(os.Args) > 4 {
		fmt.Fprintln(os.Stderr, "usage: sumdb DIR VKEY [CHECKPOINT]")
		os.Exit(64)
	}
	earlier := ""
	if len(os.Args) == 4 {
		earlier = os.Args[3]
	}
	size, err := check(os.Args[1], os.Args[2], earlier)
	if err != nil {
		fmt.Fprintln(os.Stderr, "sumdb:", err)
		os.Exit(1)
	}
	fmt.Println(size)
}

func check(dir, vkey, earlier string) (int64, error) {
	now, err := open(filepath.Join(dir, "checkpoint"), vkey)
	if err != nil {
		return 0, err
	}
	hashes := tlog.TileHashReader(now, &tiles{dir: dir, known: map[string][]byte{}})
	if now.N > 0 {
		root, err := tlog.TreeHash(now.N, hashes)
		if err != nil {
			return 0, err
		}
		if root != now.Hash {
			return 0, fmt.Errorf("the tiles give the root %v, the checkpoint says %v", root, now.Hash)
		}
	}
	for first := int64(0); first < now.N; first += 1 << height {
		if err := checkBundle(dir, now, first, hashes); err != nil {
			return 0, err
		}
	}
	if earlier != "" {
		before, err := open(earlier, vkey)
		if err != nil {
			return 0, err
		}
		if before.N > now.N {
			return 0, fmt.Errorf("the log had %d entries and now has %d", before.N, now.N)
		}
		if before.N > 0 {
			proof, err := tlog.ProveTree(now.N, before.N, hashes)
			if err != nil {
				return 0, err
			}
			if err := tlog.CheckTree(proof, now.N, now.Hash, before.N, before.Hash); err != nil {
				return 0, fmt.Errorf("not grown from %d entries: %v", before.N, err)
			}
		}
	}
	return now.N, nil
}

// open gives the tree of a signed checkpoint whose origin is the key's name.
func open(path, vkey string) (tlog.Tree, error) {
	var tree tlog.Tree
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tree, err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return tree, fmt.Errorf("%s is no checkpoint of %s", path, verifier.Name())
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

// checkBundle checks the entries of one bundle.
func checkBundle(dir string, tree tlog.Tree, first int64, hashes tlog.HashReader) error {
	width := tree.N - first
	if width > 1<<height {
		width = 1 << height
	}
	tile := tlog.Tile{H: height, L: -1, N: first >> height, W: int(width)}
	path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/data/", height), "tile/entries/", 1)
	data, err := os.ReadFile(filepath.Join(dir, path))
	if err != nil {
		return err
	}
	var indexes []int64
	var leaves []tlog.Hash
	for n := first; n < first+width; n++ {
		if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
			return fmt.Errorf("%s is cut", path)
		}
		length := int(binary.BigEndian.Uint16(data))
		leaves = append(leaves, tlog.RecordHash(data[2:2+length]))
		indexes = append(indexes, tlog.StoredHashIndex(0, n))
		data = data[2+length:]
	}
	if len(data) > 0 {
		return fmt.Errorf("%s is longer than its entries", path)
	}
	authentic, err := hashes.ReadHashes(indexes)
	if err != nil {
		return err
	}
	for i, leaf := range leaves {
		n := first + int64(i)
		if authentic[i] != leaf {
			return fmt.Errorf("entry %d is not the leaf of the tree", n)
		}
		if n >= proved && n < tree.N-proved {
			continue
		}
		proof, err := tlog.ProveRecord(tree.N, n, hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, n, leaf); err != nil {
			return fmt.Errorf("entry %d: %v", n, err)
		}
	}
	return nil
}

// tiles reads the tiles of a folder; the packages that ask for them check them.
type tiles struct {
	dir   string
	known map[string][]byte
}

func (t *tiles) Height() int { return height }

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
		if _, ok := t.known[path]; !ok {
			data, err := os.ReadFile(filepath.Join(t.dir, path))
			if err != nil {
				return nil, err
			}
			t.known[path] = data
		}
		all = append(all, t.known[path])
	}
	return all, nil
}

func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}

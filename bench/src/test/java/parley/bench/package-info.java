/// That measuring works; nothing here looks at a time.
package parley.bench;

package parley.core.store;

import parley.process.Settings;

/// Where chat data is.
///
/// @param uri of a MongoDB; its path names the database
/// @param allowWeak accept an address that asks for weaker durability
public record StoreConfig(String uri, boolean allowWeak) {

  /// @throws IllegalArgumentException naming the setting that is missing or wrong
  public static StoreConfig from(Settings settings) {
    return new StoreConfig(
        settings.required("MONGODB_URI"), settings.flag("MONGODB_ALLOW_WEAK", false));
  }
}

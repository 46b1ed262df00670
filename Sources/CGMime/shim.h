#include <gmime/gmime.h>

/// GMime's type checks and conversions are macros, which Swift cannot see.

static inline GMimePart *cgmime_part(GMimeObject *object) { return GMIME_IS_PART(object) ? GMIME_PART(object) : NULL; }

static inline GMimeMultipart *cgmime_multipart(GMimeObject *object) {
  return GMIME_IS_MULTIPART(object) ? GMIME_MULTIPART(object) : NULL;
}

static inline GMimeMessagePart *cgmime_message_part(GMimeObject *object) {
  return GMIME_IS_MESSAGE_PART(object) ? GMIME_MESSAGE_PART(object) : NULL;
}

/// A stream that decodes `source` on the way. Holds a reference to it; to be released with `g_object_unref`.
/// NULL `charset`, or one that iconv does not know: bytes are passed on as they are.
static inline GMimeStream *cgmime_decoded(GMimeStream *source, GMimeContentEncoding encoding, const char *charset) {
  GMimeStream *stream = g_mime_stream_filter_new(source);
  GMimeFilter *decoder = g_mime_filter_basic_new(encoding, FALSE);
  g_mime_stream_filter_add((GMimeStreamFilter *)stream, decoder);
  g_object_unref(decoder);
  GMimeFilter *converter = charset ? g_mime_filter_charset_new(charset, "UTF-8") : NULL;
  if (converter) {
    g_mime_stream_filter_add((GMimeStreamFilter *)stream, converter);
    g_object_unref(converter);
  }
  return stream;
}

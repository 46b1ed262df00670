#include <libxml/xmlversion.h>
// Debian's libxml2 shows the system's ICU in one private part of a structure that is only handed on; its declarations
// clash with those of the ICU inside Foundation.
#undef LIBXML_ICU_ENABLED
#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/SAX2.h>
#include <libxml/xmlerror.h>

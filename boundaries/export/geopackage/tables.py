"""The tables that GeoPackage 1.3 asks for besides the layers, as SQL.

OGC 12-128r17, Annex C and the extensions of Annex F: RTree spatial indexes (F.3), metadata (F.8)
and schema (F.9). A clean file has no table that a standard or QGIS does not know.
"""

__all__ = [
    "APPLICATION_ID",
    "CORE",
    "LAYER_STYLES",
    "METADATA",
    "RTREE",
    "SCHEMA",
    "USER_VERSION",
    "quoted_name",
]

APPLICATION_ID = 0x47504B47  # "GPKG"
USER_VERSION = 10300  # 1.3.0

CORE = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,
  organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL,
  description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
  identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT
  (strftime('%Y-%m-%dT%H:%M:%fZ','now')), min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
  srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES
  gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL,
  m TINYINT NOT NULL, CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL,
  definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
"""

SCHEMA = """
CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT,
  title TEXT, description TEXT, mime_type TEXT, constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT NOT NULL,
  constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC,
  max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
"""

METADATA = """
CREATE TABLE gpkg_metadata (id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL,
  md_scope TEXT NOT NULL DEFAULT 'dataset', md_standard_uri TEXT NOT NULL,
  mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (reference_scope TEXT NOT NULL, table_name TEXT,
  column_name TEXT, row_id_value INTEGER, timestamp DATETIME NOT NULL DEFAULT
  (strftime('%Y-%m-%dT%H:%M:%fZ','now')), md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
  CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
"""

# As QGIS makes it when it saves a style into a file.
LAYER_STYLES = """
CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
  f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME);
"""

_ENDS = ("MinX", "MaxX", "MinY", "MaxY")


def _in_index(which: str = "NEW") -> str:
    ends = ", ".join(f"ST_{end}({which}.{{geom}})" for end in _ENDS)
    return f"INSERT OR REPLACE INTO {{index}} VALUES ({which}.fid, {ends});"


_THERE = "{when}.{geom} NOT NULL AND NOT ST_IsEmpty({when}.{geom})".replace("{when}", "NEW")
_GONE = "(NEW.{geom} ISNULL OR ST_IsEmpty(NEW.{geom}))"
_DROP = "DELETE FROM {index} WHERE id = OLD.fid;"

# The index of a layer and what keeps it right when somebody edits the file.
RTREE = f"""
CREATE VIRTUAL TABLE {{index}} USING rtree(id, minx, maxx, miny, maxy);
CREATE TRIGGER {{prefix}}_insert" AFTER INSERT ON {{table}} WHEN ({_THERE})
  BEGIN {_in_index()} END;
CREATE TRIGGER {{prefix}}_update1" AFTER UPDATE OF {{geom}} ON {{table}}
  WHEN OLD.fid = NEW.fid AND ({_THERE}) BEGIN {_in_index()} END;
CREATE TRIGGER {{prefix}}_update2" AFTER UPDATE OF {{geom}} ON {{table}}
  WHEN OLD.fid = NEW.fid AND {_GONE} BEGIN {_DROP} END;
CREATE TRIGGER {{prefix}}_update3" AFTER UPDATE ON {{table}}
  WHEN OLD.fid != NEW.fid AND ({_THERE}) BEGIN {_DROP} {_in_index()} END;
CREATE TRIGGER {{prefix}}_update4" AFTER UPDATE ON {{table}}
  WHEN OLD.fid != NEW.fid AND {_GONE}
  BEGIN DELETE FROM {{index}} WHERE id IN (OLD.fid, NEW.fid); END;
CREATE TRIGGER {{prefix}}_delete" AFTER DELETE ON {{table}} WHEN OLD.{{geom}} NOT NULL
  BEGIN {_DROP} END;
"""


def quoted_name(name: str) -> str:
    """Give a name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'

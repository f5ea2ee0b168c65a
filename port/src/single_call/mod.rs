//! The only request of a script, as a [`Call`].

use zoomkat::Call;

use crate::port::Error;
use crate::tree::Block;

pub(crate) fn only(_script: &Block) -> Result<Call, Error> {
    Err(Error::new(0, "TODO"))
}

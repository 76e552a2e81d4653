"""The same endpoint as examples/socks_of_doom, in FastAPI: uvicorn fastapi_peer:app."""

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

app = FastAPI()


class Product(BaseModel):
    id: int
    name: str
    price: float


shelf = {1: Product(id=1, name="Socks of Doom", price=12.99)}


@app.get("/products/{product_id}")
async def get_product(product_id: int) -> Product:
    if product_id not in shelf:
        raise HTTPException(404, "Not found")
    return shelf[product_id]
